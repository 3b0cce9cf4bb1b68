package dev.sluice.server.page;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.server.Browser;
import java.util.Map;

/// What the open page has cost its reader since it began to load, by the browser's own entries.
///
/// @param bytes of the page and its files, as they were sent. Charts are loaded when they are drawn, and do not count
/// @param shift how much has moved (CLS), except lists that follow their end, or have the newest on top
/// @param moved what that was
public record FirstView(long bytes, double shift, String moved) {
    private static final long BYTES_MAX = 60_000;
    private static final double SHIFT_MAX = 0.02;

    public static FirstView of(Browser browser) {
        Map<?, ?> found = (Map<?, ?>) browser.runAsync("""
                const done = arguments[0];
                const found = { bytes: 0, shift: 0, moved: '' };
                const isChart = ({ name }) => /\\/page\\/(vendor\\/uplot|chart\\/)/.test(name);
                const isData = ({ initiatorType }) => initiatorType === 'fetch' || initiatorType === 'iframe';
                const files = performance.getEntriesByType('resource').filter(each => !isChart(each) && !isData(each));
                for (const each of [performance.getEntriesByType('navigation')[0], ...files]) found.bytes += each.encodedBodySize;
                const isStill = ({ node }) => node && !(node.closest ? node : node.parentElement)?.closest('[role=log], #rows');
                const name = ({ node }) => (node.outerHTML ?? node.textContent).slice(0, 80);
                new PerformanceObserver((list) => {
                    for (const each of list.getEntries()) {
                        const sources = each.sources.filter(isStill);
                        if (!sources.length) continue;
                        found.shift += each.value;
                        found.moved += `${each.value} at ${Math.round(each.startTime)} ms: ${sources.map(name).join(' | ')}\\n`;
                    }
                }).observe({ type: 'layout-shift', buffered: true });
                requestAnimationFrame(() => setTimeout(() => done(found))); // After those of before.
                """);
        return new FirstView(
                ((Number) requireNonNull(found.get("bytes"))).longValue(),
                ((Number) requireNonNull(found.get("shift"))).doubleValue(),
                String.valueOf(found.get("moved")));
    }

    public FirstView assertSmall(String page) {
        assertThat(bytes).as("bytes of " + page).isBetween(1L, BYTES_MAX);
        return this;
    }

    public void assertStill(String page) {
        assertThat(shift).as(page + " " + moved).isLessThanOrEqualTo(SHIFT_MAX);
    }
}
