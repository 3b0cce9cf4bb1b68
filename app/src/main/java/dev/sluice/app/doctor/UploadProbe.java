package dev.sluice.app.doctor;

import java.io.IOException;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Checks whether the body of a request arrives while it is sent. The hub returns the times when its first
/// and last bytes arrived.
final class UploadProbe implements Probe {
    private static final int LINES = 4;
    private static final int QUICK_MS = 250;
    private static final int SLOW_MS = 1_000;
    private static final int CONFIRMATIONS = 2;

    @Override
    public String name() {
        return "upload";
    }

    @Override
    public ProbeResult run(HubPath path) throws IOException, InterruptedException {
        ProbeResult result = upload(path, QUICK_MS);
        for (int i = 0; i < CONFIRMATIONS && isSuspect(result); i++) result = upload(path, SLOW_MS);
        return result;
    }

    /// Returns true for a suspicion that must be confirmed, as a busy machine can cause it, too.
    private static boolean isSuspect(ProbeResult result) {
        return result.findings().stream()
                .anyMatch(each ->
                        each.code().equals("upload-buffered") || each.code().equals("all-slow"));
    }

    private ProbeResult upload(HubPath path, int everyMs) throws IOException, InterruptedException {
        RawUpload upload;
        long baselineMs;
        try (var baseline = Baseline.begin(path)) {
            upload = RawUpload.send(path, LINES, everyMs);
            baselineMs = baseline.slowestMs();
        }
        RejectedByHubException.check(upload.status(), upload.body());
        @Nullable Long arrivalMs = upload.arrivalMs();
        if (upload.status() != 200 || arrivalMs == null) {
            return new ProbeResult(name(), "", List.of(Finding.error("upload-refused", "status " + upload.status())));
        }
        String seen = String.format(
                Locale.ROOT,
                "an upload that took %.1f s arrived within %.1f s",
                upload.tookMs() / 1e3,
                arrivalMs / 1e3);
        if (arrivalMs * 2 >= upload.tookMs()) return new ProbeResult(name(), seen, List.of());
        String others = seen + String.format(Locale.ROOT, "; other answers took up to %.1f s", baselineMs / 1e3);
        boolean isHeld = Baseline.isExceeded(baselineMs, upload.tookMs() - arrivalMs);
        return new ProbeResult(
                name(),
                seen,
                List.of(isHeld ? Finding.warning("upload-buffered", others) : Finding.note("all-slow", others)));
    }
}
