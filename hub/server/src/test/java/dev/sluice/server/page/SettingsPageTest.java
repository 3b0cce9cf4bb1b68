package dev.sluice.server.page;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.log.Log;
import dev.sluice.core.log.RetentionLoss;
import dev.sluice.core.memory.MemoryLog;
import dev.sluice.server.Browser;
import dev.sluice.server.Server;
import dev.sluice.server.ServerExtensions;
import dev.sluice.server.TestServer;
import dev.sluice.server.http.AccessFilter;
import dev.sluice.server.json.Json;
import dev.sluice.server.reload.ReloadJson;
import dev.sluice.server.reload.ReloadReport;
import dev.sluice.server.reload.RunningConfiguration;
import dev.sluice.server.stats.ServerClock;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// The page of the settings in a real browser. What a reload does is up to the program around the server.
final class SettingsPageTest {
    /// Has a rule that waits until it is confirmed.
    private static final class Waiting implements RunningConfiguration {
        private final List<Map<String, Object>> keys;
        private volatile ReloadReport report = new ReloadReport(
                Instant.EPOCH,
                List.of(),
                List.of("stop_time"),
                List.of(new RetentionLoss("chat/<b>", 2, 1_234, 4_096, false)),
                0);

        Waiting(List<Map<String, Object>> keys) {
            this.keys = keys;
        }

        @Override
        public byte[] settings() {
            Map<String, Object> all = new LinkedHashMap<>();
            all.put(
                    "settings",
                    List.of(
                            Map.of("key", "port", "value", "9000", "source", "sluice.toml:1"),
                            Map.of("key", "stop_time", "value", "\"5s\"", "source", "default")));
            all.put("heapBytes", 1L << 30);
            all.put("reservedBytes", 1L << 29);
            all.put(
                    "budgets",
                    List.of(Map.of("key", "connections_max", "count", 1_000, "itemBytes", 4_096, "bytes", 4_096_000)));
            all.put("keys", keys);
            all.put("grants", List.of());
            all.put("rules", List.of(Map.of("match", "chat/<b>", "source", "sluice.toml:3", "sets", Map.of())));
            all.put("reloadable", "here");
            all.put("reload", ReloadJson.of(report));
            return Json.write(all);
        }

        @Override
        public boolean isReloadable() {
            return true;
        }

        @Override
        public ReloadReport reload(boolean confirmed) {
            if (confirmed) report = new ReloadReport(Instant.EPOCH, List.of(), List.of(), List.of(), 0);
            return report;
        }

        @Override
        public @Nullable ReloadReport last() {
            return report;
        }
    }

    private static Server start(Log log, List<Map<String, Object>> keys) {
        return Server.start(
                TestServer.settings(1),
                log,
                ServerClock.system(),
                ServerExtensions.none()
                        .withAccess(AccessFilter.OPEN::filter) // As for an operator of a hub with keys.
                        .withConfiguration(new Waiting(keys)));
    }

    @Test
    void showsWhereValuesComeFromAndAppliesRulesInTwoSteps() {
        try (Log log = MemoryLog.builder(InstantSource.system()).open();
                Server server = start(log, List.of());
                Browser browser = Browser.english()) {
            browser.open(server.uri() + "/settings").awaitState("open");
            browser.await("document.querySelectorAll('#rows tr').length === 2");
            assertThat(browser.texts("#rows tr").getFirst()).contains("port", "9000", "sluice.toml:1");
            assertThat(String.join("\n", browser.texts("#cards")))
                    .contains("Needs a restart: stop_time", "the rule for chat/<b> would delete 1,234 events");
            browser.await("document.querySelector('#cards .history .line')?.getAttribute('d').startsWith('M')");
            assertThat(Axe.violations(browser)).isEmpty();

            browser.run("document.getElementById('set-only').click()");
            browser.await("document.querySelectorAll('#rows tr').length === 1");
            browser.run("document.querySelectorAll('#cards .acts button')[1].click()");
            browser.await("document.querySelector('#cards .step') !== null");
            assertThat(Axe.violations(browser)).isEmpty();
            browser.run("document.querySelector('#cards .danger').click()");
            browser.await("!document.getElementById('cards').textContent.includes('would delete')");
            browser.choose("language", "zh");
            browser.await("document.getElementById('cards').textContent.includes('已重新加载。')");
            assertThat(Axe.violations(browser)).isEmpty();
            assertThat(browser.complaints()).isEmpty();
        }
    }

    /// A failed request says nothing about the token. Here the hub has no authenticator that could answer it.
    @Test
    void showsWhyAQuestionAboutATokenWasNotAnswered() {
        Map<String, Object> key = Map.of(
                "kid", "k", "kind", "tokens", "roles", List.of(), "permits", Map.of(), "source", "sluice.toml:5");
        try (Log log = MemoryLog.builder(InstantSource.system()).open();
                Server server = start(log, List.of(key));
                Browser browser = Browser.english()) {
            browser.open(server.uri() + "/settings").awaitState("open");
            browser.find("form.ask button").click();
            browser.await("document.querySelector('.answer') !== null");
            assertThat(browser.texts(".answer"))
                    .singleElement()
                    .asString()
                    .startsWith("There is nothing here")
                    .doesNotContain("refuses this token");
        }
    }
}
