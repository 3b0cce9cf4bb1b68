package dev.sluice.app.killed;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.server.Browser;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

/// The console of each node of a cluster, in a browser.
@Tag("long") // Three processes, and pages of each.
final class ClusterPagesTest {
    private static final int NODES = 3;

    @TempDir
    Path folder;

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    @Test
    void eachPageOfEachNodeShowsTheSameEvents() throws Exception {
        try (var cluster = new ClusterProcesses(folder, NODES, http);
                Browser browser = Browser.english()) {
            cluster.leader();
            List<String> ids = new ArrayList<>();
            for (int i = 0; i < NODES; i++) ids.add(publish(cluster.node(i), "event-" + i));
            for (int i = 0; i < NODES; i++) {
                String node = cluster.node(i).url();

                browser.open(node + "/").awaitState("open");
                browser.await("document.getElementById('rows').textContent.includes('news')");
                browser.open(node + "/channels/news").awaitState("open");
                browser.awaitIds(ids);
                browser.open(node + "/connections").awaitState("open");
                browser.await("document.querySelectorAll('#rows tr').length > 0"); // The page's own.
                browser.open(node + "/settings").awaitState("open");
                browser.await("document.querySelectorAll('#rows tr').length > 0");
                browser.open(node + "/nodes").awaitState("open");
                browser.await("document.querySelectorAll('#rows tr').length === 3"
                        + " && document.querySelector('#rows .fault') === null"
                        + " && document.getElementById('total-published').textContent !== ''");

                assertThat(browser.complaints()).as(node).isEmpty();
                assertThat(get(node + "/search/news?q=event-1")).as(node).contains(ids.get(1));
            }
        }
    }

    private String publish(HubProcess node, String data) throws Exception {
        var request = HttpRequest.newBuilder(URI.create(node.url() + "/channels/news"))
                .POST(BodyPublishers.ofString(data));
        var answer = http.send(request.build(), BodyHandlers.ofString());
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
        return JsonMapper.shared().readTree(answer.body()).path("id").asString();
    }

    private String get(String uri) throws Exception {
        return http.send(HttpRequest.newBuilder(URI.create(uri)).build(), BodyHandlers.ofString())
                .body();
    }
}
