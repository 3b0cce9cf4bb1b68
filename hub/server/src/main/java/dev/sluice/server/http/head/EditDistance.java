package dev.sluice.server.http.head;

/// The edit distance of two words.
final class EditDistance {
    private EditDistance() {}

    /// Returns the Damerau-Levenshtein distance: the number of letters to insert, delete, substitute or transpose with
    /// a neighbour (each letter at most once) to turn one word into the other.
    static int distance(String one, String other) {
        int[][] rows = new int[one.length() + 1][other.length() + 1];
        for (int i = 0; i <= one.length(); i++) rows[i][0] = i;
        for (int j = 0; j <= other.length(); j++) rows[0][j] = j;
        for (int i = 1; i <= one.length(); i++) {
            for (int j = 1; j <= other.length(); j++) {
                int substituted = rows[i - 1][j - 1] + (one.charAt(i - 1) == other.charAt(j - 1) ? 0 : 1);
                int least = Math.min(substituted, Math.min(rows[i - 1][j], rows[i][j - 1]) + 1);
                boolean isTransposition = i > 1
                        && j > 1
                        && one.charAt(i - 1) == other.charAt(j - 2)
                        && one.charAt(i - 2) == other.charAt(j - 1);
                rows[i][j] = isTransposition ? Math.min(least, rows[i - 2][j - 2] + 1) : least;
            }
        }
        return rows[one.length()][other.length()];
    }
}
