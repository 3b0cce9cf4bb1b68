package dev.sluice.server.transport;

import dev.sluice.core.delivery.stream.EndReason;
import dev.sluice.core.delivery.stream.Rejection;
import dev.sluice.core.log.Gap;
import dev.sluice.server.http.head.Problem;
import dev.sluice.server.http.head.Problems;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Reasons to refuse a reader, at the start or in mid-stream.
public final class Rejections {
    private Rejections() {}

    /// The problem that corresponds to a refusal at the start.
    public static Problem of(Rejection refusal) {
        return switch (refusal) {
            case Rejection.Missing(Gap gap) -> gapProblem(gap);
            case Rejection.Unavailable(String why) -> unavailableProblem(why);
            case Rejection.TooFar(String why) ->
                Problems.SEARCH_TOO_LONG.of("The hub can't find the starting cursor: " + why + ".");
            case Rejection.Dismissed(EndReason.Dismissal reason) -> Problems.of(reason);
        };
    }

    /// The problem that corresponds to the end of a stream; null if the stream was not refused.
    public static @Nullable Problem of(EndReason.Reported reason) {
        return switch (reason) {
            case EndReason.Missing(Gap gap) -> gapProblem(gap);
            case EndReason.TooFarBehind(var at) ->
                Problems.TOO_FAR_BEHIND
                        .of(
                                "The reader fell further behind than the channel allows. Reconnect with the cursor to continue.")
                        .withMember("cursor", at.text());
            case EndReason.Unavailable(String why) -> unavailableProblem(why);
            case EndReason.Dismissal end -> Problems.of(end);
            case EndReason.Complete _, EndReason.Reconnect _, EndReason.ByClient _ -> null;
        };
    }

    private static Problem gapProblem(Gap gap) {
        return Problems.GAP
                .of("Events after " + Problems.quoted(gap.after()) + " are gone ("
                        + gap.reason().name().toLowerCase(Locale.ROOT) + "). " + advice(gap))
                .withMember("after", gap.after())
                .withMember("resume", gap.resume().text())
                .withMember("reason", gap.reason().name().toLowerCase(Locale.ROOT));
    }

    /// When retained events precede the missing ones, no cursor after the gap skips only what is missing.
    private static String advice(Gap gap) {
        String resume = gap.resume().text();
        if (resume.equals(gap.after()))
            return "Use gap=event to receive the gap and continue, or start with after=earliest.";
        return "Start again with after=" + resume + ", or use gap=event to receive the gap and continue.";
    }

    private static Problem unavailableProblem(String why) {
        return Problems.NOT_READY.of("The hub can't read the log at this cursor now: " + why + ". Repeat the request.");
    }
}
