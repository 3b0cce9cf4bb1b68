package dev.sluice.demos.typewriter;

import java.net.http.HttpHeaders;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Locale;
import java.util.Optional;

/// The reason why an answer is missing or incomplete, as a text for its readers. It does not include messages
/// of the model's server, which may quote the key.
public final class IncompleteAnswerException extends Exception {
    private static final long serialVersionUID = 1L;

    private final String chinese;

    IncompleteAnswerException(String english, String chinese) {
        super(english);
        this.chinese = chinese;
    }

    String in(String language) {
        return language.equals("zh") ? chinese : String.valueOf(getMessage());
    }

    /// Describes a response of the model's server with an error status.
    static IncompleteAnswerException status(int status, HttpHeaders headers) {
        return switch (status) {
            case 401, 403 ->
                new IncompleteAnswerException(
                        String.format(Locale.ROOT, "The model refused the key (%d). Check SLUICE_MODEL_KEY.", status),
                        String.format(Locale.ROOT, "模型拒绝了密钥（%d）。请检查 SLUICE_MODEL_KEY。", status));
            case 404 ->
                new IncompleteAnswerException(
                        "There is no such model or address (404). Check SLUICE_MODEL and SLUICE_MODEL_URL.",
                        "没有这个模型或地址（404）。请检查 SLUICE_MODEL 和 SLUICE_MODEL_URL。");
            case 429 -> tooMany(retryAfter(headers));
            default ->
                status >= 500
                        ? new IncompleteAnswerException(
                                String.format(
                                        Locale.ROOT, "The model's server failed (%d). Ask again in a moment.", status),
                                String.format(Locale.ROOT, "模型服务器出错（%d）。请稍后再问。", status))
                        : new IncompleteAnswerException(
                                String.format(Locale.ROOT, "The model's server rejected the question (%d).", status),
                                String.format(Locale.ROOT, "模型服务器拒绝了这个问题（%d）。", status));
        };
    }

    private static IncompleteAnswerException tooMany(Optional<Duration> wait) {
        return new IncompleteAnswerException(
                "The model takes no more questions for now (429). Ask again "
                        + wait.map(time -> "in " + time.toSeconds() + " s.").orElse("later."),
                "模型暂时不再接受提问（429）。请"
                        + wait.map(time -> "在 " + time.toSeconds() + " 秒后").orElse("稍后") + "再问。");
    }

    /// Reads seconds or a date (RFC 9110 §10.2.3).
    private static Optional<Duration> retryAfter(HttpHeaders headers) {
        String text = headers.firstValue("Retry-After").orElse("");
        if (text.matches("[0-9]{1,6}")) return Optional.of(Duration.ofSeconds(Long.parseLong(text)));
        try {
            Instant until = ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME)
                    .toInstant();
            return Optional.of(Duration.between(Instant.now(), until)).filter(Duration::isPositive);
        } catch (DateTimeParseException none) {
            return Optional.empty();
        }
    }

    static IncompleteAnswerException unreachable() {
        return new IncompleteAnswerException(
                "The model can't be reached. Check SLUICE_MODEL_URL, and whether its server runs.",
                "无法连接模型。请检查 SLUICE_MODEL_URL 以及服务器是否在运行。");
    }

    static IncompleteAnswerException notStreamed() {
        return new IncompleteAnswerException(
                "The model's server answered, but not with a stream of events.", "模型服务器有应答，但不是事件流。");
    }

    static IncompleteAnswerException cut() {
        return new IncompleteAnswerException("The model's answer was cut off here. Ask again.", "模型的回答在此中断。请再问一次。");
    }

    static IncompleteAnswerException silent() {
        return new IncompleteAnswerException("The model stopped sending here. Ask again.", "模型在此停止了发送。请再问一次。");
    }

    static IncompleteAnswerException failedMidway() {
        return new IncompleteAnswerException("The model failed here. Ask again in a moment.", "模型在此出错。请稍后再问。");
    }

    static IncompleteAnswerException limited() {
        return new IncompleteAnswerException(
                "The model stopped here, because it reached its length limit.", "模型达到长度上限，在此停止。");
    }

    static IncompleteAnswerException filtered() {
        return new IncompleteAnswerException("The model's content filter stopped the answer here.", "模型的内容过滤器在此中止了回答。");
    }

    static IncompleteAnswerException tooLong() {
        return new IncompleteAnswerException("The answer exceeds the length that is accepted here.", "回答超出了允许的长度。");
    }

    static IncompleteAnswerException ours() {
        return new IncompleteAnswerException(
                "The server failed to write the answer; its log has the details.", "服务器出错，详情见服务器日志。");
    }
}
