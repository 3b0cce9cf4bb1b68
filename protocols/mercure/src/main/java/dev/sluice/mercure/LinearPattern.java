package dev.sluice.mercure;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntPredicate;

/// A pattern that is matched in time proportional to its size and the text's (Thompson's construction, as
/// RE2): a client chooses both, and a backtracking engine would let it spend the hub's time.
///
/// A step has a kind and an argument. A literal takes its argument, a character. A choice takes nothing and
/// goes to the next step and to that of its argument. All other kinds take a character of a set, and go to
/// the next step, or back to the one before if the argument is 1. Two texts are the smallest form, since
/// every open stream holds its patterns.
final class LinearPattern {
    /// Matches any character.
    static final IntPredicate ANY = _ -> true;

    private static final char LITERAL = 0;
    private static final char CHOICE = 1;
    private static final char SETS = 2;

    private final String kinds;
    private final String arguments;
    private final List<IntPredicate> sets;

    private LinearPattern(Builder from) {
        kinds = from.kinds.toString();
        arguments = from.arguments.toString();
        sets = List.copyOf(from.sets);
    }

    static final class Builder {
        private final StringBuilder kinds = new StringBuilder();
        private final StringBuilder arguments = new StringBuilder();
        private final List<IntPredicate> sets = new ArrayList<>();

        Builder literal(String text) {
            text.chars().forEach(each -> add(LITERAL, each));
            return this;
        }

        Builder plus(IntPredicate set) {
            add(set, 0);
            return star(set);
        }

        Builder star(IntPredicate set) {
            add(CHOICE, kinds.length() + 2);
            add(set, 1);
            return this;
        }

        private void add(IntPredicate set, int back) {
            if (!sets.contains(set)) sets.add(set);
            add((char) (SETS + sets.indexOf(set)), back);
        }

        private void add(char kind, int argument) {
            kinds.append(kind);
            arguments.append((char) argument);
        }

        /// Begins a part that may be missing, if it ends with [#end].
        ///
        /// @return for [#end]
        int begin() {
            add(CHOICE, kinds.length() + 1);
            return kinds.length() - 1;
        }

        Builder end(int begin) {
            arguments.setCharAt(begin, (char) kinds.length());
            return this;
        }

        LinearPattern build() {
            return new LinearPattern(this);
        }
    }

    /// Returns the number of its parts that may be missing or repeated: the steps that are tried at once grow
    /// with it.
    int choices() {
        return (int) kinds.chars().filter(each -> each == CHOICE).count();
    }

    boolean matches(String text) {
        var states = new States();
        states.add(0);
        for (int i = 0; i < text.length() && states.count > 0; i++) {
            states.advance();
            for (int k = 0; k < states.countBefore; k++) {
                int at = states.before[k];
                if (takes(at, text.charAt(i))) states.add(isRepeated(at) ? at - 1 : at + 1);
            }
        }
        return states.isAtEndAfter(text.length());
    }

    /// The steps that may take the next character.
    private final class States {
        private int[] now = new int[kinds.length()];
        private int count;
        private int[] before = new int[kinds.length()];
        private int countBefore;

        /// When each step was added last: the number of characters before it, plus 1.
        private final int[] added = new int[kinds.length() + 1];

        private int turn = 1;

        void advance() {
            int[] free = before;
            before = now;
            countBefore = count;
            now = free;
            count = 0;
            turn++;
        }

        void add(int at) {
            if (added[at] == turn) return;
            added[at] = turn;
            if (at == kinds.length()) return;
            if (kinds.charAt(at) == CHOICE) {
                add(at + 1);
                add(arguments.charAt(at));
            } else {
                now[count++] = at;
            }
        }

        boolean isAtEndAfter(int characters) {
            return added[kinds.length()] == characters + 1;
        }
    }

    private boolean takes(int at, char character) {
        char kind = kinds.charAt(at);
        return kind == LITERAL
                ? arguments.charAt(at) == character
                : sets.get(kind - SETS).test(character);
    }

    private boolean isRepeated(int at) {
        return kinds.charAt(at) >= SETS && arguments.charAt(at) == 1;
    }
}
