package dev.sluice.sense.notify;

import dev.sluice.sense.check.Failure;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/// The words of alerts, in one language.
public enum AlertText {
    EN(
            "DOWN",
            "UP again",
            "TEST",
            "Expected %s, found %s.",
            "Down since %s UTC.",
            "It was down for %s.",
            "This alert is %s late.",
            "This is a test. Alerts of Sense arrive here."),
    ZH("故障", "已恢复", "测试", "应为 %s，实际为 %s。", "自 %s UTC 起故障。", "故障持续 %s。", "此告警晚了 %s。", "这是一条测试消息。Sense 的告警会发送到这里。");

    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss", Locale.ROOT).withZone(ZoneOffset.UTC);

    private final String down;
    private final String up;
    private final String test;
    private final String expected;
    private final String since;
    private final String downtime;
    private final String late;
    private final String testText;

    AlertText(
            String down,
            String up,
            String test,
            String expected,
            String since,
            String downtime,
            String late,
            String testText) {
        this.down = down;
        this.up = up;
        this.test = test;
        this.expected = expected;
        this.since = since;
        this.downtime = downtime;
        this.late = late;
        this.testText = testText;
    }

    /// Returns one line: the state and the check.
    public String subject(Alert alert) {
        String word = switch (alert.kind()) {
            case OPENED -> down;
            case CLOSED -> up;
            case TEST -> test;
        };
        return "[" + word + "] " + Failure.cut(alert.title()); // Services refuse long messages, for ever.
    }

    /// Returns the details, a few lines.
    public String body(Alert alert) {
        var text = new StringBuilder();
        switch (alert.kind()) {
            case OPENED ->
                text.append(expectation(alert))
                        .append('\n')
                        .append(String.format(Locale.ROOT, since, TIME.format(alert.since())));
            case CLOSED ->
                text.append(String.format(Locale.ROOT, downtime, time(alert.downtime())))
                        .append('\n')
                        .append(expectation(alert));
            case TEST -> text.append(testText);
        }
        if (alert.isLate()) text.append('\n').append(String.format(Locale.ROOT, late, time(alert.late())));
        if (alert.link() != null) text.append('\n').append(alert.link());
        return text.toString();
    }

    /// Returns subject and details.
    public String whole(Alert alert) {
        return subject(alert) + "\n" + body(alert);
    }

    private String expectation(Alert alert) {
        String language = name().toLowerCase(Locale.ROOT);
        return String.format(
                Locale.ROOT,
                expected,
                alert.failure().expectation().in(language),
                alert.failure().finding().in(language));
    }

    private static String time(Duration time) {
        if (time.toDays() > 0) return time.toDays() + " d " + time.toHoursPart() + " h";
        if (time.toHours() > 0) return time.toHours() + " h " + time.toMinutesPart() + " min";
        return time.toMinutes() > 0
                ? time.toMinutes() + " min " + time.toSecondsPart() + " s"
                : time.toSeconds() + " s";
    }
}
