package dev.sluice.server.page;

/// Builds HTML in which untrusted text is always escaped.
final class Html {
    private final StringBuilder text = new StringBuilder();

    /// Appends trusted markup unchanged.
    Html markup(String markup) {
        text.append(markup);
        return this;
    }

    /// Appends untrusted text, escaped for an element or a quoted attribute.
    Html text(String content) {
        text.append(escape(content));
        return this;
    }

    @Override
    public String toString() {
        return text.toString();
    }

    /// Escapes the characters with a meaning in markup (WHATWG HTML §13.1).
    static String escape(String content) {
        StringBuilder escaped = new StringBuilder(content.length() + 16);
        for (int i = 0; i < content.length(); i++) {
            char c = content.charAt(i);
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
