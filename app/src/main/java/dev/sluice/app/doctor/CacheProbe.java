package dev.sluice.app.doctor;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// Whether something on the way answers from a cache, although the hub's answers forbid it. Each request that reaches
/// the hub gets another number.
final class CacheProbe implements Probe {
    @Override
    public String name() {
        return "cache";
    }

    @Override
    public ProbeResult run(HubPath path) throws IOException, InterruptedException {
        long first = count(path);
        long second = count(path);
        // A cache may pass on an answer before it has stored it, and know it at the third request alone.
        long third = first == second ? first : count(path);
        boolean isCached = first == second || third == first || third == second;
        return isCached
                ? new ProbeResult(
                        name(),
                        "",
                        List.of(Finding.error("answers-cached", "two requests got the same answer of the hub")))
                : new ProbeResult(name(), "two requests reached the hub", List.of());
    }

    private static long count(HubPath path) throws IOException, InterruptedException {
        HttpResponse<String> answer = path.text(path.request("count.json", "").build());
        HubRefusal.check(answer);
        @Nullable JsonNode json = HubPath.object(answer);
        if (json == null || !json.path("count").canConvertToLong()) throw new IOException(HubPath.describe(answer));
        return json.path("count").asLong();
    }
}
