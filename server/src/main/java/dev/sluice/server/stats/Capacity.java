package dev.sluice.server.stats;

import dev.sluice.core.event.Content;
import dev.sluice.server.stats.Gauges.Use;
import java.util.Map;

/// What can fill up. Small changes are not passed on: the heap in use changes all the time.
final class Capacity {
    /// Changes by this part of a maximum are passed on.
    private static final int PART = 100;

    private Map<String, Use> passedOn = Map.of();

    Content figures(Map<String, Use> now) {
        if (hasChanged(now)) passedOn = now;
        return Figures.of(figures -> passedOn.forEach((name, use) ->
                figures.object(name, each -> each.add("used", use.used()).add("max", use.max()))));
    }

    private boolean hasChanged(Map<String, Use> now) {
        if (!now.keySet().equals(passedOn.keySet())) return true;
        return now.entrySet().stream().anyMatch(each -> {
            Use before = passedOn.get(each.getKey());
            Use use = each.getValue();
            return before == null
                    || before.max() != use.max()
                    || Math.abs(use.used() - before.used()) >= Math.max(1, use.max() / PART);
        });
    }
}
