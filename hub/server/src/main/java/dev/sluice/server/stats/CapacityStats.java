package dev.sluice.server.stats;

import dev.sluice.core.event.Content;
import dev.sluice.server.metrics.BudgetFill;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The statistics of everything that can fill up. Small changes are not published, because the used heap changes
/// all the time.
final class CapacityStats {
    /// The smallest change that is published: the maximum divided by this.
    private static final int PART = 100;

    private static final String HEAP = "heapBytes";

    /// The names of budgets of bytes in the figures.
    private static final Map<String, String> NAMES = Map.of(
            "encoded-events", "encodedBytes",
            "in-flight", "publishBytes",
            "answers", "answerBytes",
            "events", "eventBytes",
            "tail", "tailBytes");

    private Map<String, BudgetFill> passedOn = Map.of();

    Content figures(List<BudgetFill> budgets) {
        Map<String, BudgetFill> now = new LinkedHashMap<>();
        now.put(HEAP, heap());
        for (BudgetFill budget : budgets) if (budget.isLimited()) now.put(budget.name(), budget);
        if (hasChanged(now)) passedOn = now;
        return StatsJson.of(figures -> passedOn.forEach((name, budget) -> figures.object(
                NAMES.getOrDefault(name, name),
                each -> each.add("used", budget.used()).add("max", budget.max()))));
    }

    private static BudgetFill heap() {
        Runtime runtime = Runtime.getRuntime();
        return new BudgetFill(HEAP, true, runtime.totalMemory() - runtime.freeMemory(), runtime.maxMemory());
    }

    private boolean hasChanged(Map<String, BudgetFill> now) {
        if (!now.keySet().equals(passedOn.keySet())) return true;
        return now.values().stream().anyMatch(budget -> {
            BudgetFill before = passedOn.get(budget.name());
            return before == null
                    || before.max() != budget.max()
                    || Math.abs(budget.used() - before.used()) >= Math.max(1, budget.max() / PART);
        });
    }
}
