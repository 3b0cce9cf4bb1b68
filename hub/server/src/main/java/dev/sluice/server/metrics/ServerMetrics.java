package dev.sluice.server.metrics;

import java.util.List;
import java.util.function.Predicate;
import java.util.function.ToDoubleFunction;

/// Connections, refusals, budgets and event loops.
final class ServerMetrics {
    static final List<Metric> ALL = List.of(
            Metric.gauge(
                    "sluice_connections",
                    "Open connections of all listeners, including those that are being rejected.",
                    "Far above the number of clients: clients leave connections open, or one of them opens many.",
                    MetricsSnapshot::connections),
            Metric.counter(
                    "sluice_tls_handshake_failures_total",
                    "TLS handshakes that failed.",
                    "After a new certificate: clients do not trust it. Otherwise scanners, which do no harm.",
                    MetricsSnapshot::failedHandshakes),
            Metric.counter(
                    "sluice_refusals_total",
                    "problem",
                    "Refused requests and messages, by the type of the problem.",
                    "unauthorized, forbidden: a client has the wrong key, or an attacker tries keys; $audit/refusals has the"
                            + " addresses. too-many: a limit. full: a budget. failed: a fault of the hub, see its log.",
                    MetricsSnapshot::refusals),
            budget(
                    "sluice_budget_ratio",
                    "How full a budget is, from 0 to 1. The budgets `events`, `tail`, `marks` and `encoded-events` may be full in a"
                            + " healthy hub: what is oldest in them gives way.",
                    "Raise an alert at 0.9 of the others. The setting of the limit is in configuration.md.",
                    _ -> true,
                    BudgetFill::ratio),
            budget(
                    "sluice_budget_items",
                    "Items of a budget that all clients together use.",
                    "See sluice_budget_ratio.",
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
                    "Bytes of a budget that all clients together use.",
                    "See sluice_budget_ratio.",
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
                    "Searches that ended: all (examined everything), limit (found as many as requested), looked (examined as"
                            + " many events as one search may), left (the client disconnected or read nothing), grant (the grant ended), failed.",
                    "looked: searches are too broad, name channels or a period. left in large numbers: clients give up. failed: the"
                            + " hub's log says why.",
                    reading -> reading.searches().outcomes()),
            Metric.counter(
                    "sluice_searched_events_total",
                    "Events that searches have examined. All searches share one thread.",
                    "A steady high rate keeps one core busy: a client searches repeatedly instead of subscribing.",
                    reading -> reading.searches().events()),
            Metric.gauge(
                    "sluice_config_last_reload_successful",
                    "1 if the configuration had no mistakes when it was last read, else 0.",
                    "Raise an alert: a file has a mistake, and the previous configuration is still in force. The hub's log and /settings say"
                            + " where.",
                    reading -> reading.reload() == null || reading.reload().isInForce() ? 1 : 0),
            Metric.gauge(
                    "sluice_config_waiting_rules",
                    "Retention rules that would delete kept events, and wait for sluice reload --confirm.",
                    "A rule was changed, perhaps by mistake: /settings says how much it would delete.",
                    reading -> reading.reload() == null
                            ? 0
                            : reading.reload().losses().size()),
            Metric.histogram(
                    "sluice_event_loop_delay_seconds",
                    "How late tasks of the event loops ran, measured ten times a second on each loop.",
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
