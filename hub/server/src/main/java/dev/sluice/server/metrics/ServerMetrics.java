package dev.sluice.server.metrics;

import java.util.List;
import java.util.function.Predicate;
import java.util.function.ToDoubleFunction;

/// Connections, refusals, budgets and event loops.
final class ServerMetrics {
    static final List<Metric> ALL = List.of(
            Metric.gauge(
                    "sluice_connections",
                    "Connections open now, of all listeners and with those that are being turned away.",
                    "Far above the number of clients: they leave connections open, or somebody opens many.",
                    MetricsSnapshot::connections),
            Metric.counter(
                    "sluice_tls_handshake_failures_total",
                    "TLS handshakes that failed.",
                    "After a new certificate: clients do not trust it. Else scanners, which do no harm.",
                    MetricsSnapshot::failedHandshakes),
            Metric.counter(
                    "sluice_refusals_total",
                    "problem",
                    "Refused requests and messages, by the type of the problem.",
                    "unauthorized, forbidden: a client has the wrong key, or somebody tries some; $audit/refusals has the"
                            + " addresses. too-many: a limit. full: a budget. failed: a fault of the hub, see its log.",
                    MetricsSnapshot::refusals),
            budget(
                    "sluice_budget_ratio",
                    "How full a budget is, from 0 to 1. The budgets `events` and `tail` are full when the log is as large as it may"
                            + " be: the oldest entries then give way.",
                    "Raise an alert at 0.9. The setting of the limit is in configuration.md.",
                    _ -> true,
                    BudgetFill::ratio),
            budget(
                    "sluice_budget_items",
                    "Items that all clients together take of a budget.",
                    "As above.",
                    each -> !each.isBytes(),
                    BudgetFill::used),
            budget(
                    "sluice_budget_max_items",
                    "The limit of a budget of items.",
                    "It follows the heap unless it is set.",
                    each -> !each.isBytes(),
                    BudgetFill::max),
            budget(
                    "sluice_budget_bytes",
                    "Bytes that all clients together take of a budget.",
                    "As above.",
                    BudgetFill::isBytes,
                    BudgetFill::used),
            budget(
                    "sluice_budget_max_bytes",
                    "The limit of a budget of bytes.",
                    "It follows the heap unless it is set.",
                    BudgetFill::isBytes,
                    BudgetFill::max),
            Metric.counter(
                    "sluice_searches_total",
                    "outcome",
                    "Searches through the log that ended: all (nothing more to look at), limit (as many found as asked for), looked (as"
                            + " much as one search looks at), left (the client went or read nothing), grant (it ended), failed.",
                    "looked: searches are too wide, name channels or a time. left in large numbers: clients lose patience. failed: the"
                            + " hub's log says why.",
                    reading -> reading.searches().outcomes()),
            Metric.counter(
                    "sluice_searched_events_total",
                    "Events that searches have looked at. All searches share one thread.",
                    "A steady high rate keeps one core busy: somebody searches what a reader should follow.",
                    reading -> reading.searches().events()),
            Metric.gauge(
                    "sluice_config_last_reload_successful",
                    "1 if the configuration was read without a mistake when it was read last, else 0.",
                    "Raise an alert: a file has a mistake, and the configuration before it is in force. The hub's log and /settings say"
                            + " where it is.",
                    reading -> reading.reload() == null || reading.reload().isInForce() ? 1 : 0),
            Metric.gauge(
                    "sluice_config_waiting_rules",
                    "Retention rules that would delete what is kept, and wait for sluice reload --confirm.",
                    "Somebody changed a rule, by mistake or not: /settings says how much would go.",
                    reading -> reading.reload() == null
                            ? 0
                            : reading.reload().losses().size()),
            Metric.histogram(
                    "sluice_event_loop_delay_seconds",
                    "By how much tasks of the event loops ran late, measured ten times a second on each.",
                    "The 99th percentile above 10 ms: too few cores, or the collector pauses (jvm_gc_collection_seconds). Above"
                            + " limits.loop_delay_max new requests get 503.",
                    reading -> new Sample.Buckets(List.of(), reading.loopDelays(), 1e-6)));

    private ServerMetrics() {}

    private static Metric budget(
            String name, String help, String advice, Predicate<BudgetFill> which, ToDoubleFunction<BudgetFill> read) {
        return new Metric(
                name,
                Metric.Type.GAUGE,
                List.of("budget"),
                help,
                advice,
                reading -> reading.budgets().stream()
                        .filter(BudgetFill::isLimited)
                        .filter(which)
                        .map(each -> new Sample.Scalar(List.of(each.name()), read.applyAsDouble(each)))
                        .toList());
    }
}
