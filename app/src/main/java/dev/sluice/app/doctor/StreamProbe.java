package dev.sluice.app.doctor;

import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPInputStream;

/// Whether the events of a stream arrive at once. The hub stamps each with the time of its writing: where a proxy
/// holds some back, they do not all take the same time. A suspicion is confirmed at a slower pace, because a busy
/// machine delays events, too.
final class StreamProbe implements Probe {
    private static final Pace QUICK = new Pace(5, 250);
    private static final Pace SLOW = new Pace(3, 1_000);
    private static final int CONFIRMATIONS = 2;

    private final String format;
    private final String title;

    /// @param format as the hub names it: `sse` or `ndjson`
    /// @param title  its name in findings
    StreamProbe(String format, String title) {
        this.format = format;
        this.title = title;
    }

    @Override
    public String name() {
        return "stream " + format;
    }

    @Override
    public ProbeResult run(HubPath path) throws IOException, InterruptedException {
        Received received = receive(path, QUICK);
        for (int i = 0; i < CONFIRMATIONS && received.isHeld(); i++)
            received = receive(path, SLOW).asFarAsItCame();
        List<Finding> findings = new ArrayList<>();
        if (!received.problem.isEmpty()) {
            findings.add(Finding.error("stream-broken", title + ": " + received.problem));
        } else if (received.isHeld()) {
            findings.add(Finding.error(
                    "stream-buffered",
                    "%s: events came up to %.1f s late, at one each %.1f s"
                            .formatted(title, received.heldMs() / 1e3, received.pace.everyMs() / 1e3)));
        }
        if (!received.encoding.isEmpty()) {
            findings.add(Finding.warning(
                    "stream-compressed", title + ": Content-Encoding is " + PlainText.beginning(received.encoding)));
        }
        return new ProbeResult(
                name(),
                received.delaysMs.size() + " events within " + received.heldMs() + " ms of their pace",
                findings);
    }

    /// Events and the time between two of them.
    record Pace(int events, int everyMs) {}

    /// The part of the stream that arrived.
    ///
    /// @param delaysMs from the stamp of each event to its arrival, with the difference of the clocks in it
    /// @param encoding of the body; empty: none
    /// @param problem  why not all events arrived; empty: they did
    private record Received(Pace pace, List<Long> delaysMs, String encoding, String problem) {
        long heldMs() {
            long min = delaysMs.stream().mapToLong(each -> each).min().orElse(0);
            return delaysMs.stream().mapToLong(each -> each - min).max().orElse(0);
        }

        /// A proxy that passes each event on with the next holds each for a whole interval.
        boolean isHeld() {
            return problem.isEmpty() && heldMs() > pace.everyMs * 4 / 5;
        }

        /// These events alone: a stream that breaks only at the slower pace is the finding of another probe.
        Received asFarAsItCame() {
            return new Received(pace, delaysMs, encoding, "");
        }
    }

    private Received receive(HubPath path, Pace pace) throws IOException, InterruptedException {
        var request = path.request("stream", "as=" + format + "&events=" + pace.events + "&every=" + pace.everyMs)
                .build();
        HttpResponse<InputStream> answer = path.http().send(request, BodyHandlers.ofInputStream());
        String encoding = answer.headers()
                .firstValue("Content-Encoding")
                .filter(each -> !each.equals("identity"))
                .orElse("");
        List<Long> delaysMs = new ArrayList<>();
        if (answer.statusCode() != 200) {
            answer.body().close();
            return new Received(pace, delaysMs, encoding, HubPath.describe(answer));
        }
        try (InputStream body = answer.body();
                InputStream events = encoding.equals("gzip") ? new GZIPInputStream(body) : body) {
            StampedEvents.read(events, timeMs -> delaysMs.add(System.currentTimeMillis() - timeMs));
        } catch (IOException cut) {
            if (Thread.interrupted()) throw new InterruptedException();
            return new Received(
                    pace,
                    delaysMs,
                    encoding,
                    delaysMs.size() + " of " + pace.events + " events arrived, then "
                            + PlainText.beginning("" + cut.getMessage()));
        }
        String problem =
                delaysMs.size() == pace.events ? "" : delaysMs.size() + " of " + pace.events + " events arrived";
        return new Received(pace, delaysMs, encoding, problem);
    }
}
