package dev.sluice.app.doctor;

import java.io.IOException;
import java.net.http.HttpResponse;

/// The hub itself refused a request, because it is overloaded or gets too many: no fault of the way to it.
final class HubRefusal extends IOException {
    private static final long serialVersionUID = 1;
    private static final String PROBLEM = "application/problem+json";

    private HubRefusal(String seen) {
        super(seen);
    }

    /// @throws HubRefusal if this answer is one; proxies have other types for theirs
    static void check(HttpResponse<?> answer) throws HubRefusal {
        String type = answer.headers().firstValue("Content-Type").orElse("");
        if (isOf(answer.statusCode(), type)) throw of(answer.statusCode());
    }

    /// @param head of an answer, or all of it
    static void check(int status, String head) throws HubRefusal {
        if (isOf(status, head)) throw of(status);
    }

    private static boolean isOf(int status, String head) {
        return (status == 429 || status == 503) && head.contains(PROBLEM);
    }

    private static HubRefusal of(int status) {
        return new HubRefusal("the hub answered with status " + status + " (" + PROBLEM + ")");
    }
}
