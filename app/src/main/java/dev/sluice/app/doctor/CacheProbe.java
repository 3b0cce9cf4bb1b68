package dev.sluice.app.doctor;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// Checks whether an intermediary answers from a cache, although the hub's answers forbid it. Each request
/// that reaches the hub gets a different number.
final class CacheProbe implements Probe {
    @Override
    public String name() {
        return "cache";
    }

    /// A cache may pass on an answer before it has stored it, and a busy cache stores it later. So the pauses
    /// between the requests grow.
    private static final int[] PAUSES_MS = {0, 0, 50, 200, 600};

    @Override
    public ProbeResult run(HubPath path) throws IOException, InterruptedException {
        Set<Long> counts = new HashSet<>();
        for (int pauseMs : PAUSES_MS) {
            TimeUnit.MILLISECONDS.sleep(pauseMs);
            if (counts.add(count(path))) continue;
            return new ProbeResult(
                    name(),
                    "",
                    List.of(Finding.error("answers-cached", "two requests got the same answer from the hub")));
        }
        return new ProbeResult(name(), counts.size() + " requests reached the hub", List.of());
    }

    private static long count(HubPath path) throws IOException, InterruptedException {
        HttpResponse<String> answer = path.text(path.request("count.json", "").build());
        RejectedByHubException.check(answer);
        @Nullable JsonNode json = HubPath.object(answer);
        if (json == null || !json.path("count").canConvertToLong()) throw new IOException(HubPath.describe(answer));
        return json.path("count").asLong();
    }
}
