package dev.sluice.demos.typewriter;

/// Writes an answer.
public interface AnswerGenerator {
    /// Writes an answer piece by piece, until it is complete or no longer wanted.
    ///
    /// @throws IncompleteAnswerException if the answer cannot be completed
    /// @throws InterruptedException if the answer is no longer wanted
    void write(Question question, Paper paper) throws IncompleteAnswerException, InterruptedException;

    /// Receives the pieces of an answer.
    interface Paper {
        /// Adds a piece, which all readers receive immediately.
        ///
        /// @return false if no more pieces are wanted
        boolean add(String piece);
    }

    /// A question of a reader.
    ///
    /// @param text     may be empty if the answer is prepared
    /// @param language the reader's language: `en` or `zh`
    record Question(String text, String language) {
        private static final int CHARACTERS_MAX = 4_000;

        public Question {
            if (text.length() > CHARACTERS_MAX) {
                throw new IllegalArgumentException("a question may have at most " + CHARACTERS_MAX + " characters");
            }
            if (!language.equals("en") && !language.equals("zh")) {
                throw new IllegalArgumentException("language must be 'en' or 'zh'");
            }
        }
    }
}
