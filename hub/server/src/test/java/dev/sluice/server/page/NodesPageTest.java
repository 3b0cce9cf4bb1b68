package dev.sluice.server.page;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.peers.NodeFigures;
import dev.sluice.core.peers.ReplicationStatus.Role;
import dev.sluice.server.Await;
import dev.sluice.server.Browser;
import dev.sluice.server.Screen;
import dev.sluice.server.TestServer;
import dev.sluice.server.stats.ClusteredLog;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// The page of the nodes of a cluster in a real browser, against the real server.
final class NodesPageTest {
    private final ClusteredLog log = new ClusteredLog();
    private final TestServer server = TestServer.start(log);

    @AfterEach
    void close() {
        server.close();
        log.close();
    }

    /// Lets the hub ask its nodes, until this is true of the page.
    private void await(Browser browser, String condition) {
        Await.that(() -> {
            server.pass(Duration.ofSeconds(1));
            return Boolean.TRUE.equals(browser.run("return " + condition));
        });
    }

    @ParameterizedTest
    @MethodSource("dev.sluice.server.Screen#some")
    void showsEachNodeAndNamesTheNodesMissingInSums(Screen screen) throws IOException {
        try (Browser browser = screen.open()) {
            browser.open(server.uri("/nodes")).awaitState("open");
            await(browser, "document.querySelectorAll('#rows tr').length === 3");
            assertThat(browser.texts("#rows tr").get(1)).contains("10.0.0.2:9420", "1,200");
            assertThat(browser.texts("#rows .fault")).containsExactly("✕ it does not answer");
            assertThat(browser.find("#total-delivered").getText()).isEqualTo("2,000");
            assertThat(browser.find("#total-connections").getText()).isEqualTo("42");
            assertThat(browser.find("#total-published").getText())
                    .as("each event once")
                    .isEqualTo("41");
            assertThat(browser.find("#more-answering").getText()).contains("10.0.0.3:9420");
            assertThat(Axe.violations(browser)).isEmpty();
            screen.save(browser, "nodes");

            log.answer(List.of(
                    ClusteredLog.report(1, Role.LEADER, 0, null, new NodeFigures(1, 7, 70, 3, 3, 0)),
                    ClusteredLog.report(2, Role.FOLLOWER, 5_000, null, new NodeFigures(1, 8, 80, 4, 4, 0))));
            await(browser, "document.getElementById('total-delivered').textContent === '15'");
            assertThat(browser.texts("#rows .slow")).containsExactly("5,000");
            assertThat(browser.run("return document.getElementById('answering').hasAttribute('data-missing')"))
                    .isEqualTo(false);

            browser.open(server.uri("/")).awaitState("open");
            await(browser, "document.getElementById('nodes-sums').textContent.includes('15')");
            assertThat(Axe.violations(browser)).isEmpty();
            screen.save(browser, "overview-of-a-node");
            assertThat(browser.complaints()).isEmpty();
        }
    }

    @Test
    void existsOnlyInACluster() {
        assertThat(server.get("/nodes").statusCode()).isEqualTo(200);
        assertThat(server.get("/").body()).contains("href=\"./nodes\"><svg", "id=\"nodes-line\"");
        try (TestServer single = TestServer.start()) {
            assertThat(single.get("/nodes").statusCode()).isEqualTo(404);
            assertThat(single.get("/").body()).doesNotContain("./nodes", "nodes-line");
        }
    }
}
