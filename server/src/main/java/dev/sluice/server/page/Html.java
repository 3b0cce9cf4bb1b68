package dev.sluice.server.page;

/// HTML that is written, in which what comes from outside only ever becomes text.
final class Html {
    private final StringBuilder text = new StringBuilder();

    /// Our own markup, as it is.
    Html markup(String markup) {
        text.append(markup);
        return this;
    }

    /// Anybody's words, in an element or between quotation marks.
    Html text(String words) {
        text.append(escape(words));
        return this;
    }

    @Override
    public String toString() {
        return text.toString();
    }

    /// Takes their meaning from the characters that have one (WHATWG HTML §13.1).
    static String escape(String words) {
        StringBuilder escaped = new StringBuilder(words.length() + 16);
        for (int i = 0; i < words.length(); i++) {
            char c = words.charAt(i);
            switch (c) {
                case '&' -> escaped.append("&amp;");
                case '<' -> escaped.append("&lt;");
                case '>' -> escaped.append("&gt;");
                case '"' -> escaped.append("&quot;");
                case '\'' -> escaped.append("&#39;");
                default -> escaped.append(c);
            }
        }
        return escaped.toString();
    }
}
