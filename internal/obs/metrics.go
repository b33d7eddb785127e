package obs

import (
	"net/http"
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// Metrics counts what the register does. Labels are codes, kinds and routes,
// never anything that an asker typed. The nil Metrics counts nothing.
type Metrics struct {
	registry   *prometheus.Registry
	statements *prometheus.CounterVec
	requests   *prometheus.HistogramVec
	checks     prometheus.Histogram
	checked    prometheus.Counter
	streams    prometheus.Gauge
	refused    *prometheus.CounterVec
}

// seconds are the buckets of durations: 100 µs to 10 s.
var seconds = []float64{.0001, .00025, .0005, .001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10}

// NewMetrics makes the metrics of one register, with those of the Go runtime and
// of the process beside them.
func NewMetrics() *Metrics {
	m := &Metrics{
		registry:   prometheus.NewRegistry(),
		statements: counters("truce_statements_total", "Statements received, by result (accepted, known or the code of the refusal).", "result"),
		requests: prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: "truce_http_request_seconds",
			Help: "Duration of HTTP requests, by route, method and status.", Buckets: seconds}, []string{"route", "method", "status"}),
		checks: prometheus.NewHistogram(prometheus.HistogramOpts{Name: "truce_check_seconds",
			Help: "Duration of one check request, whether of one place or of many.", Buckets: seconds}),
		checked: prometheus.NewCounter(prometheus.CounterOpts{Name: "truce_checks_total", Help: "Places checked."}),
		streams: prometheus.NewGauge(prometheus.GaugeOpts{Name: "truce_event_streams", Help: "Open event streams."}),
		refused: counters("truce_http_refused_total", "Requests turned away before they were read, by reason.", "reason"),
	}
	m.registry.MustRegister(m.statements, m.requests, m.checks, m.checked, m.streams, m.refused,
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return m
}

func counters(name, help string, labels ...string) *prometheus.CounterVec {
	return prometheus.NewCounterVec(prometheus.CounterOpts{Name: name, Help: help}, labels)
}

// Handler answers /metrics in the text format of Prometheus.
func (m *Metrics) Handler() http.Handler {
	return promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{})
}

// Statement counts a statement by its result. Kinds are not told apart: metrics
// are read by anybody, and how many objects of a kind there are is not public.
func (m *Metrics) Statement(result string) {
	if m != nil {
		m.statements.WithLabelValues(result).Inc()
	}
}

// Request counts an HTTP request. route is the pattern, not the path.
func (m *Metrics) Request(route, method string, status int, took time.Duration) {
	if m != nil {
		m.requests.WithLabelValues(route, method, strconv.Itoa(status)).Observe(took.Seconds())
	}
}

// Checked counts a check request of n places.
func (m *Metrics) Checked(n int, took time.Duration) {
	if m != nil {
		m.checks.Observe(took.Seconds())
		m.checked.Add(float64(n))
	}
}

// Stream counts an event stream that opens (1) or ends (-1).
func (m *Metrics) Stream(change int) {
	if m != nil {
		m.streams.Add(float64(change))
	}
}

// Refused counts a request that was turned away: busy, rate, streams.
func (m *Metrics) Refused(reason string) {
	if m != nil {
		m.refused.WithLabelValues(reason).Inc()
	}
}

// Watch exports numbers that are read when they are asked for: the size of the
// log in entries, and for each view how many entries it lags behind. Both are
// called from many goroutines. Watch is called once.
func (m *Metrics) Watch(logSize func() int64, viewLag func() map[string]int64) {
	m.registry.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: "truce_log_size",
		Help: "Entries in the log."}, func() float64 { return float64(logSize()) }), lagging(viewLag))
}

// lagging is a collector of view lags.
type lagging func() map[string]int64

var lagDesc = prometheus.NewDesc("truce_view_lag_entries", "Entries that a view is behind the log.", []string{"view"}, nil)

// Describe is that of prometheus.Collector.
func (l lagging) Describe(ch chan<- *prometheus.Desc) { ch <- lagDesc }

// Collect is that of prometheus.Collector.
func (l lagging) Collect(ch chan<- prometheus.Metric) {
	for view, lag := range l() {
		ch <- prometheus.MustNewConstMetric(lagDesc, prometheus.GaugeValue, float64(lag), view)
	}
}
