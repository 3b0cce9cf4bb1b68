package dev.sluice.app.doctor;

import dev.sluice.core.encoding.Sha256;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// Checks whether a request arrives at the hub unchanged, with its host and headers, and whether the clocks
/// agree. The other probes run only if this one reached the hub. It waits while the hub serves another
/// doctor, until the time for the run is over.
final class ArrivalProbe implements Probe {
    private static final long CLOCK_MS_MAX = 5_000;
    private static final int WAIT_MS = 500;

    /// The findings for lost headers.
    private static final SortedMap<String, String> LOST = new TreeMap<>(Map.of(
            "authorization", "authorization-dropped",
            "cookie", "cookies-dropped",
            "idempotency-key", "idempotency-key-dropped",
            "last-event-id", "last-event-id-dropped"));

    /// Whether the hub has answered.
    private boolean hasReached;

    private volatile @Nullable Finding waiting;

    /// The finding with the reason for waiting; null if it does not wait.
    @Nullable
    Finding waiting() {
        return waiting;
    }

    boolean hasReached() {
        return hasReached;
    }

    @Override
    public String name() {
        return "arrival";
    }

    @Override
    public ProbeResult run(HubPath path) throws IOException, InterruptedException {
        Map<String, String> sent = new LinkedHashMap<>();
        sent.put("authorization", path.authorization());
        sent.put("cookie", path.run());
        sent.put("idempotency-key", "doctor-" + path.run());
        sent.put("last-event-id", "doctor:" + path.run());
        long beginMs = System.currentTimeMillis();
        HttpResponse<String> answer = path.text(request(path, sent));
        while (UnexpectedResponse.isBusy(answer)) {
            waiting = UnexpectedResponse.finding(path, answer, HubPath.object(answer));
            TimeUnit.MILLISECONDS.sleep(WAIT_MS);
            beginMs = System.currentTimeMillis();
            answer = path.text(request(path, sent));
        }
        long endMs = System.currentTimeMillis();
        @Nullable JsonNode echo = HubPath.object(answer);
        if (echo == null || !echo.path("run").asString("").equals(path.run())) {
            return new ProbeResult(name(), "", List.of(UnexpectedResponse.finding(path, answer, echo)));
        }
        hasReached = true;
        List<Finding> findings = new ArrayList<>();
        if (!echo.path("host").asString("").equals("same")) {
            findings.add(Finding.error("host-rewritten", "the hub was asked for another host than " + path.host()));
        }
        for (var each : LOST.entrySet()) {
            String arrival = echo.path(each.getKey()).asString("missing");
            if (arrival.equals("same")) continue;
            findings.add(Finding.error(
                    each.getValue(),
                    "the header arrived " + (arrival.equals("missing") ? "not at all" : "with another value")));
        }
        if (path.isSecure() && !echo.path("scheme").asString("").equals("same")) {
            findings.add(Finding.note("scheme-unknown", "the hub considers this connection unencrypted"));
        }
        clock(echo.path("time").asLong(0), beginMs, endMs).ifPresent(findings::add);
        return new ProbeResult(name(), seen(answer, echo, endMs - beginMs), findings);
    }

    private static HttpRequest request(HubPath path, Map<String, String> sent) {
        var query = new StringBuilder(
                "host=" + path.host() + "&scheme=" + path.hub().getScheme());
        sent.forEach((name, value) -> query.append("&" + name + "=" + digest(path.run(), value)));
        return HttpRequest.newBuilder(path.uri("echo", query.toString()))
                .timeout(HubPath.TIME_MAX)
                .header("Accept-Encoding", "gzip")
                .header("Accept", "application/json")
                .header("Authorization", sent.get("authorization"))
                .header("Cookie", "sluice-doctor=" + sent.get("cookie"))
                .header("Idempotency-Key", sent.get("idempotency-key"))
                .header("Last-Event-ID", sent.get("last-event-id"))
                .build();
    }

    static String digest(String run, String value) {
        byte[] text = (run + "\n" + value).getBytes(StandardCharsets.UTF_8);
        return HexFormat.of().formatHex(Sha256.hash(text));
    }

    private static Optional<Finding> clock(long hubMs, long beginMs, long endMs) {
        long aheadMs = hubMs > endMs ? hubMs - endMs : hubMs < beginMs ? hubMs - beginMs : 0;
        if (Math.abs(aheadMs) <= CLOCK_MS_MAX) return Optional.empty();
        return Optional.of(Finding.warning(
                "clock-off",
                "the hub's clock is " + Math.abs(aheadMs) / 1_000 + " s " + (aheadMs > 0 ? "ahead of" : "behind")
                        + " this machine's"));
    }

    private static String seen(HttpResponse<String> answer, JsonNode echo, long ms) {
        String client = answer.version() == HttpClient.Version.HTTP_2 ? "HTTP/2" : "HTTP/1.1";
        String proxy = echo.path("proxy").asString("");
        return "the hub answers in " + ms + " ms; " + client + " here, "
                + PlainText.beginning(echo.path("version").asString("")) + " there"
                + (proxy.isEmpty() ? "" : "; a proxy added " + PlainText.beginning(proxy));
    }
}
