package dev.sluice.app.command;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// The result of `sluice doctor` for one thing.
///
/// @param what   the thing
/// @param isGood whether nothing has to change
/// @param found  its state, with figures
/// @param advice what to change; empty if nothing has to
record CheckResult(String what, boolean isGood, String found, String advice) {
    static CheckResult good(String what, String found) {
        return new CheckResult(what, true, found, "");
    }

    static CheckResult bad(String what, String found, String advice) {
        return new CheckResult(what, false, found, advice);
    }

    /// A header and a line for each; what to change is in a line of its own below it.
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
