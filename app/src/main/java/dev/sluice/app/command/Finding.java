package dev.sluice.app.command;

import java.util.ArrayList;
import java.util.List;

/// What `sluice doctor` found out about one thing.
///
/// @param what   the thing
/// @param isGood whether nothing has to change
/// @param found  its state, with figures
/// @param advice what to change; empty if nothing has to
record Finding(String what, boolean isGood, String found, String advice) {
    static Finding good(String what, String found) {
        return new Finding(what, true, found, "");
    }

    static Finding bad(String what, String found, String advice) {
        return new Finding(what, false, found, advice);
    }

    /// A header and a line for each; what to change is in a line of its own below it.
    static List<String> table(List<Finding> findings) {
        int width = findings.stream().mapToInt(each -> each.what.length()).max().orElse(1);
        var format = "%-" + width + "s  %-6s  %s";
        var lines = new ArrayList<String>();
        for (var each : findings) {
            lines.add(format.formatted(each.what, each.isGood ? "ok" : "CHANGE", each.found));
            if (!each.isGood) lines.add(format.formatted("", "", "-> " + each.advice));
        }
        return lines;
    }
}
