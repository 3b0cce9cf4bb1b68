package dev.sluice.core.channel;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Values by pattern, found by a channel's name: the cost of a search follows the segments of the name, not the number
/// of patterns (the topic tree of MQTT brokers, the sublist of NATS).
///
/// ```
/// a/*  a/b/**  a/b      root ── a ──┬── *            exact: a/*
///                                   └── b            exact: a/b, below: a/b/**
/// ```
/// Not safe for use by several threads.
public final class PatternTrie<V> {
    private final Node<V> root = new Node<>("");

    /// A place behind some segments of patterns. Most have one way on, so a map comes with the second.
    private static final class Node<V> {
        final String segment;
        private @Nullable V exact;
        private @Nullable V below;
        private @Nullable Node<V> star;
        private @Nullable Node<V> child;
        private @Nullable Map<String, Node<V>> children;

        Node(String segment) {
            this.segment = segment;
        }

        /// The way on by the segment of a name that lies between two of its characters.
        @Nullable
        Node<V> next(String name, int from, int to) {
            if (children != null) return children.get(name.substring(from, to));
            Node<V> only = child;
            boolean fits = only != null && only.segment.length() == to - from && name.startsWith(only.segment, from);
            return fits ? only : null;
        }

        @Nullable
        Node<V> next(String wanted) {
            return wanted.equals("*") ? star : next(wanted, 0, wanted.length());
        }

        Node<V> nextOrNew(String wanted) {
            Node<V> known = next(wanted);
            if (known != null) return known;
            Node<V> made = new Node<>(wanted);
            if (wanted.equals("*")) {
                star = made;
            } else if (children != null) {
                children.put(wanted, made);
            } else if (child == null) {
                child = made;
            } else {
                children = new HashMap<>(Map.of(child.segment, child, wanted, made));
                child = null;
            }
            return made;
        }

        void drop(Node<V> gone) {
            if (star == gone) star = null;
            else if (child == gone) child = null;
            else if (children != null && children.remove(gone.segment, gone) && children.isEmpty()) children = null;
        }

        boolean isEmpty() {
            return exact == null && below == null && star == null && child == null && children == null;
        }
    }

    /// A trie of no patterns.
    public PatternTrie() {}

    /// The value of a pattern, made if it has none.
    public V computeIfAbsent(Pattern pattern, Supplier<V> made) {
        Node<V> node = root;
        for (String segment : pattern.segments()) {
            if (segment.equals("**")) {
                if (node.below == null) node.below = made.get();
                return node.below;
            }
            node = node.nextOrNew(segment);
        }
        if (node.exact == null) node.exact = made.get();
        return node.exact;
    }

    /// The value of this very pattern; null: it has none.
    public @Nullable V get(Pattern pattern) {
        Node<V> node = root;
        for (String segment : pattern.segments()) {
            if (segment.equals("**")) return node.below;
            node = node.next(segment);
            if (node == null) return null;
        }
        return node.exact;
    }

    /// Forgets the value of a pattern, if it has one.
    public void remove(Pattern pattern) {
        List<Node<V>> path = new ArrayList<>(pattern.segments().size() + 1);
        path.add(root);
        for (String segment : pattern.segments()) {
            Node<V> last = path.getLast();
            if (segment.equals("**")) break;
            Node<V> next = last.next(segment);
            if (next == null) return;
            path.add(next);
        }
        boolean isBelow = path.size() <= pattern.segments().size();
        if (isBelow) path.getLast().below = null;
        else path.getLast().exact = null;
        for (int i = path.size() - 1; i > 0 && path.get(i).isEmpty(); i--)
            path.get(i - 1).drop(path.get(i));
    }

    public boolean isEmpty() {
        return root.isEmpty();
    }

    public Search<V> search() {
        return new Search<>(this);
    }

    /// Finds the values of all patterns that match a name, a node at a time, so that a search may pause: patterns like
    /// `a/*/b` and `*/a/b`, by the thousand, make it long. It is used for one name after the other, and makes no
    /// garbage but where a node has several children. The trie may change between two steps: only what is added or
    /// removed meanwhile may be found or not.
    public static final class Search<V> {
        /// Each step takes one node and leaves two at most, one segment further on.
        private static final int WAITING_MAX = ChannelName.BYTES_MAX / 2 + 2;

        private final PatternTrie<V> trie;
        private final List<Node<V>> waiting = new ArrayList<>();
        private final int[] offsets = new int[WAITING_MAX];
        private String name = "";
        private int reservedAt;

        private Search(PatternTrie<V> trie) {
            this.trie = trie;
        }

        /// Begins a search; one that is not at its end is given up.
        public void begin(ChannelName channel) {
            name = channel.value();
            reservedAt = name.lastIndexOf("/$") + 1;
            if (reservedAt == 0 && name.charAt(0) != '$') reservedAt = -1;
            waiting.clear();
            add(trie.root, 0);
        }

        public boolean isDone() {
            return waiting.isEmpty();
        }

        /// Visits the next node.
        ///
        /// @param found is given what patterns have that end there, two values at most
        public void step(Consumer<? super V> found) {
            Node<V> node = waiting.removeLast();
            int from = offsets[waiting.size()];
            if (from > name.length()) {
                if (node.exact != null) found.accept(node.exact);
                return;
            }
            if (node.below != null && from > reservedAt) found.accept(node.below);
            int slash = name.indexOf('/', from);
            int to = slash < 0 ? name.length() : slash;
            if (node.star != null && name.charAt(from) != '$') add(node.star, to + 1);
            Node<V> next = node.next(name, from, to);
            if (next != null) add(next, to + 1);
        }

        private void add(Node<V> node, int offset) {
            offsets[waiting.size()] = offset;
            waiting.add(node);
        }
    }
}
