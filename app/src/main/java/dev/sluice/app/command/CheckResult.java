package dev.sluice.app.command;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// The result of one check of `sluice doctor`.
///
/// @param what   the checked item
/// @param isGood whether no change is needed
/// @param found  its state, with figures
/// @param advice the recommended change; empty if none is needed
record CheckResult(String what, boolean isGood, String found, String advice) {
    static CheckResult good(String what, String found) {
        return new CheckResult(what, true, found, "");
    }

    static CheckResult bad(String what, String found, String advice) {
        return new CheckResult(what, false, found, advice);
    }

    /// A header and a line for each result, followed by a separate line with the advice.
    static List<String> table(List<CheckResult> results) {
        int width = results.stream().mapToInt(each -> each.what.length()).max().orElse(1);
        var format = "%-" + width + "s  %-6s  %s";
        var lines = new ArrayList<String>();
        for (var each : results) {
            lines.add(String.format(Locale.ROOT, format, each.what, each.isGood ? "ok" : "CHANGE", each.found));
            if (!each.isGood) lines.add(String.format(Locale.ROOT, format, "", "", "-> " + each.advice));
        }
        return lines;
    }
}
