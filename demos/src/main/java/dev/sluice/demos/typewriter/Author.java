package dev.sluice.demos.typewriter;

/// Who writes an answer.
interface Author {
    /// Writes it piece by piece, until all is said or nobody wants more.
    ///
    /// @throws Trouble              if it can't be written, or not to its end
    /// @throws InterruptedException because nobody wants more
    void write(Question question, Paper paper) throws Trouble, InterruptedException;

    /// Where an answer is written.
    interface Paper {
        /// Adds a piece, for every reader at once.
        ///
        /// @return whether more is wanted
        boolean add(String piece);
    }

    /// What a reader wants to know.
    ///
    /// @param text     may be empty where the answer is prepared
    /// @param language of the reader: `en` or `zh`
    record Question(String text, String language) {
        private static final int CHARACTERS_MAX = 4_000;

        public Question {
            if (text.length() > CHARACTERS_MAX) {
                throw new IllegalArgumentException("a question has " + CHARACTERS_MAX + " characters at most");
            }
            if (!language.equals("en") && !language.equals("zh")) {
                throw new IllegalArgumentException("a language is 'en' or 'zh', was something else");
            }
        }
    }
}
