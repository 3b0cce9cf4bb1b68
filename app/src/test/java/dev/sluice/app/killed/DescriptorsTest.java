package dev.sluice.app.killed;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A hub with a low limit of open files, and more idle connections than that.
final class DescriptorsTest {
    private static final List<String> FEW = List.of("sh", "-c", "ulimit -n 160; exec \"$0\" \"$@\"");
    private static final int SILENT = 300;

    /// RocksDB writes a table for each 16 MB.
    private static final int EVENTS = 40;

    private static final int EVENT_BYTES = 1_000_000;

    @TempDir
    Path folder;

    @Test
    void idleConnectionsLeaveTheLogItsFiles() throws Exception {
        List<Socket> silent = new ArrayList<>();
        try (var hub = new HubProcess(FEW, folder);
                var http = HttpClient.newHttpClient()) {
            URI channel = URI.create(hub.url() + "/channels/news");
            assertThat(publish(http, channel)).isEqualTo(201); // On a connection that stays open.
            for (int i = 0; i < SILENT; i++) silent.add(new Socket(channel.getHost(), channel.getPort()));
            for (int i = 0; i < EVENTS; i++) assertThat(publish(http, channel)).isEqualTo(201);
        } finally {
            for (Socket each : silent) each.close();
        }
    }

    private static int publish(HttpClient http, URI channel) throws Exception {
        return http.send(
                        HttpRequest.newBuilder(channel)
                                .POST(HttpRequest.BodyPublishers.ofByteArray(new byte[EVENT_BYTES]))
                                .header("Content-Type", "application/octet-stream")
                                .build(),
                        HttpResponse.BodyHandlers.ofString())
                .statusCode();
    }
}
