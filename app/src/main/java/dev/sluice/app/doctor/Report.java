package dev.sluice.app.doctor;

import java.net.URI;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;

/// The outcome of a run.
///
/// @param results the results in the order of the probes
public record Report(URI hub, List<ProbeResult> results) {
    public Report {
        results = List.copyOf(results);
    }

    /// Returns true if there is no error or warning; notes do not count.
    public boolean isHealthy() {
        return findings().stream().allMatch(each -> each.severity() == Severity.NOTE);
    }

    /// Each fault once, the worst first, with the observations of all probes that found it.
    public List<Finding> findings() {
        Map<String, Finding> all = new LinkedHashMap<>();
        for (ProbeResult result : results) {
            for (Finding each : result.findings()) all.merge(each.code(), each, Report::both);
        }
        return all.values().stream()
                .sorted(Comparator.comparing(Finding::severity))
                .toList();
    }

    private static Finding both(Finding one, Finding other) {
        Severity worse = one.severity().compareTo(other.severity()) < 0 ? one.severity() : other.severity();
        return new Finding(one.code(), worse, one.seen() + "; " + other.seen());
    }

    /// Lines for a terminal.
    public List<String> lines(FindingTexts texts) {
        List<String> lines = new ArrayList<>();
        for (ProbeResult each : results) {
            if (each.findings().isEmpty()) lines.add("%-8s %s: %s".formatted("ok", each.probe(), each.seen()));
        }
        for (Finding each : findings()) {
            lines.add("%-8s %s: %s".formatted(each.severity(), each.code(), texts.title(each)));
            lines.add("         seen:   " + each.seen());
            lines.add("         effect: " + texts.effect(each));
            texts.cures(each).forEach((where, cure) -> lines.add("         %s: %s".formatted(where, cure)));
        }
        return lines;
    }

    /// The report as a JSON object, see `docs/cli.md`.
    public String json(FindingTexts texts) {
        var fields = new LinkedHashMap<String, Object>();
        fields.put("hub", hub.toString());
        fields.put("healthy", isHealthy());
        fields.put("probes", results.stream().map(Report::probe).toList());
        fields.put(
                "findings",
                findings().stream().map(each -> finding(each, texts)).toList());
        return JsonMapper.shared().writeValueAsString(fields);
    }

    private static Map<String, Object> probe(ProbeResult result) {
        var fields = new LinkedHashMap<String, Object>();
        fields.put("name", result.probe());
        fields.put("seen", result.seen());
        fields.put("findings", result.findings().stream().map(Finding::code).toList());
        return fields;
    }

    private static Map<String, Object> finding(Finding finding, FindingTexts texts) {
        var fields = new LinkedHashMap<String, Object>();
        fields.put("code", finding.code());
        fields.put("severity", finding.severity().toString());
        fields.put("title", texts.title(finding));
        fields.put("seen", finding.seen());
        fields.put("effect", texts.effect(finding));
        fields.put("cures", texts.cures(finding));
        return fields;
    }
}
