package dev.sluice.app.doctor;

import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.zip.GZIPInputStream;

/// Checks whether the events of a stream arrive at once. The hub stamps each event with the time at which it
/// was written: if a proxy holds some back, their delays differ. A suspicion is confirmed at a slower pace,
/// and compared with the time of other requests ([Baseline]), because a busy machine delays events, too.
final class StreamProbe implements Probe {
    private static final Pace QUICK = new Pace(5, 250);
    private static final Pace SLOW = new Pace(3, 1_000);
    private static final int CONFIRMATIONS = 2;

    private final String format;
    private final String title;

    /// @param format the hub's name of the format: `sse` or `ndjson`
    /// @param title  the format's name in findings
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
        for (int i = 0; i < CONFIRMATIONS && received.isLate(); i++)
            received = receive(path, SLOW).asFarAsItCame();
        return new ProbeResult(
                name(),
                received.delaysMs.size() + " events within " + received.heldMs() + " ms of their pace",
                findings(received));
    }

    List<Finding> findings(Received received) {
        List<Finding> findings = new ArrayList<>();
        String late = String.format(
                Locale.ROOT,
                "%s: events came up to %.1f s late, with one every %.1f s; other answers took up to %.1f s",
                title,
                received.heldMs() / 1e3,
                received.pace.everyMs() / 1e3,
                received.baselineMs / 1e3);
        if (!received.problem.isEmpty()) {
            findings.add(Finding.error("stream-broken", title + ": " + received.problem));
        } else if (received.isHeld()) {
            findings.add(Finding.error("stream-buffered", late));
        } else if (received.isLate()) {
            findings.add(Finding.note("all-slow", late));
        }
        if (!received.encoding.isEmpty()) {
            findings.add(Finding.warning(
                    "stream-compressed", title + ": Content-Encoding is " + PlainText.beginning(received.encoding)));
        }
        return findings;
    }

    /// Events and the time between two of them.
    record Pace(int events, int everyMs) {}

    /// The part of the stream that arrived.
    ///
    /// @param delaysMs   the time from the stamp of each event to its arrival, including the difference of
    ///     the clocks
    /// @param encoding   the encoding of the body; empty for none
    /// @param problem    the reason why not all events arrived; empty if they did
    /// @param baselineMs the time of other requests during the stream
    record Received(Pace pace, List<Long> delaysMs, String encoding, String problem, long baselineMs) {
        long heldMs() {
            long min = delaysMs.stream().mapToLong(each -> each).min().orElse(0);
            return delaysMs.stream().mapToLong(each -> each - min).max().orElse(0);
        }

        /// A proxy that passes each event on with the next holds each for a whole interval.
        boolean isLate() {
            return problem.isEmpty() && heldMs() > pace.everyMs * 4 / 5;
        }

        /// Returns true if the events are late but other requests are not.
        boolean isHeld() {
            return isLate() && Baseline.isExceeded(baselineMs, heldMs());
        }

        /// Returns a copy without the problem, because another probe finds a stream that breaks only at the
        /// slower pace.
        Received asFarAsItCame() {
            return new Received(pace, delaysMs, encoding, "", baselineMs);
        }
    }

    private Received receive(HubPath path, Pace pace) throws IOException, InterruptedException {
        var request = path.request("stream", "as=" + format + "&events=" + pace.events + "&every=" + pace.everyMs)
                .build();
        try (var baseline = Baseline.begin(path)) {
            return receive(pace, path.http().send(request, BodyHandlers.ofInputStream()), baseline);
        }
    }

    private static Received receive(Pace pace, HttpResponse<InputStream> answer, Baseline baseline)
            throws IOException, InterruptedException {
        String encoding = answer.headers()
                .firstValue("Content-Encoding")
                .filter(each -> !each.equals("identity"))
                .orElse("");
        List<Long> delaysMs = new ArrayList<>();
        String problem = "";
        try (InputStream body = answer.body()) {
            RejectedByHubException.check(answer);
            if (answer.statusCode() != 200) return new Received(pace, delaysMs, encoding, HubPath.describe(answer), 0);
            InputStream events = encoding.equals("gzip") ? new GZIPInputStream(body) : body;
            StampedEvents.read(events, timeMs -> delaysMs.add(System.currentTimeMillis() - timeMs));
        } catch (RejectedByHubException refused) {
            throw refused;
        } catch (IOException cut) {
            if (Thread.interrupted()) throw new InterruptedException();
            problem = ", then " + PlainText.beginning("" + cut.getMessage());
        }
        boolean isWhole = delaysMs.size() == pace.events && problem.isEmpty();
        String missing = delaysMs.size() + " of " + pace.events + " events arrived" + problem;
        return new Received(pace, delaysMs, encoding, isWhole ? "" : missing, baseline.slowestMs());
    }
}
