package dev.sluice.app.doctor;

import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// Checks whether preflight requests of browsers reach the hub, and whether its CORS headers reach the
/// browsers (Fetch §3.3).
final class CorsProbe implements Probe {
    private static final String ALLOW_ORIGIN = "Access-Control-Allow-Origin";

    private final @Nullable String origin;

    /// @param origin the origin of pages that use the hub; null for the hub's own, for which it sends no CORS
    ///     headers
    CorsProbe(@Nullable String origin) {
        this.origin = origin;
    }

    @Override
    public String name() {
        return "cors";
    }

    @Override
    public ProbeResult run(HubPath path) throws IOException, InterruptedException {
        String from = origin == null ? path.origin() : origin;
        HttpResponse<String> preflight = path.text(HttpRequest.newBuilder(path.uri("echo", ""))
                .timeout(HubPath.TIME_MAX)
                .header("Origin", from)
                .header("Access-Control-Request-Method", "GET")
                .header("Access-Control-Request-Headers", "authorization")
                .method("OPTIONS", BodyPublishers.noBody())
                .build());
        RejectedByHubException.check(preflight);
        List<Finding> findings = new ArrayList<>();
        if (isRefusedByHub(preflight)) {
            // The hub's own origin is refused only where it was asked for another host, which the arrival shows.
            if (origin != null) findings.add(Finding.error("hub-refuses-origin", "the hub refused pages of " + origin));
        } else if (preflight.statusCode() != 204 || !hasMethods(preflight)) {
            findings.add(Finding.error(
                    "cors-blocked",
                    "a preflight request was answered with " + HubPath.describe(preflight)
                            + (hasMethods(preflight) ? "" : ", without the hub's headers")));
        } else {
            check(path, from, findings);
        }
        return new ProbeResult(name(), "preflight requests of " + from + " reach the hub", findings);
    }

    private void check(HubPath path, String from, List<Finding> findings) throws IOException, InterruptedException {
        HttpResponse<String> answer =
                path.text(path.request("echo", "").header("Origin", from).build());
        RejectedByHubException.check(answer);
        List<String> allowed = answer.headers().allValues(ALLOW_ORIGIN);
        // The hub has both headers or none.
        boolean isOfHub =
                answer.headers().firstValue("Access-Control-Expose-Headers").isPresent();
        if (allowed.isEmpty() && origin != null) {
            findings.add(Finding.error("cors-blocked", "the answer to a page of " + from + " has no " + ALLOW_ORIGIN));
        } else if (allowed.size() > 1 || (allowed.size() == 1 && !isOfHub)) {
            findings.add(Finding.error("cors-duplicated", "something adds " + ALLOW_ORIGIN + " to the hub's answers"));
        }
    }

    private static boolean isRefusedByHub(HttpResponse<String> answer) {
        @Nullable JsonNode problem = HubPath.object(answer);
        return problem != null && problem.path("type").asString("").equals("/problems/origin-refused");
    }

    private static boolean hasMethods(HttpResponse<String> answer) {
        return answer.headers()
                .firstValue("Access-Control-Allow-Methods")
                .orElse("")
                .contains("DELETE");
    }
}
