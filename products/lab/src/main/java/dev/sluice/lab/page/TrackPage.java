package dev.sluice.lab.page;

import dev.sluice.Response;
import dev.sluice.lab.line.CountingProxy;
import dev.sluice.lab.plan.Technique;
import java.util.Map;

/// The document in which the clients of a lane run. Its Content-Security-Policy names the lines of one lab,
/// so the policy of the page itself does not have to.
final class TrackPage {
    private static final String HTML = """
            <!doctype html><meta charset="utf-8"><title>Sluice lab</title>\
            <script type="module" src="../page/track.js"></script>""";

    private TrackPage() {}

    static Response of(Visitor visitor, Map<Technique, CountingProxy> lines) {
        var connect = new StringBuilder("connect-src 'self'");
        lines.forEach((lane, line) -> {
            String host = visitor.lineName() + ":" + line.address().getPort();
            if (lane.isTls()) connect.append(" https://").append(host);
            else connect.append(" http://").append(host).append(" ws://").append(host);
        });
        return Response.html(HTML)
                .header(
                        "Content-Security-Policy",
                        "default-src 'none'; script-src 'self'; " + connect
                                + "; base-uri 'none'; form-action 'none'; frame-ancestors 'self';"
                                + " require-trusted-types-for 'script'; trusted-types 'none'")
                .header("Cache-Control", "no-store")
                .header("Referrer-Policy", "no-referrer");
    }
}
