package dev.sluice.demos.typewriter;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/// An author without a model, which writes a fixed text at the pace of a model.
///
/// @param pause the pause between two pieces; there is none before the first
public record PreparedAnswer(Duration pause) implements AnswerGenerator {
    /// A word with the white space after it; in Chinese one or two characters.
    private static final Pattern PIECE = Pattern.compile("\\p{IsHan}{1,2}[\\p{P}\\s]*|[^\\p{IsHan}\\s]+\\s*|\\s+");

    @Override
    public void write(Question question, Paper paper) throws InterruptedException {
        for (String piece : pieces(text(question.language()))) {
            if (!paper.add(piece)) return;
            Thread.sleep(pause);
        }
    }

    public static List<String> pieces(String text) {
        return PIECE.matcher(text).results().map(MatchResult::group).toList();
    }

    public static String text(String language) {
        try (InputStream file = PreparedAnswer.class.getResourceAsStream("answer." + language + ".txt")) {
            if (file == null)
                throw new IllegalStateException("the demos were built without the prepared text in " + language);
            return new String(file.readAllBytes(), StandardCharsets.UTF_8).strip();
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }
}
