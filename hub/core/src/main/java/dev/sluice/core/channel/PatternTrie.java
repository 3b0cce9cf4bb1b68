package dev.sluice.core.channel;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Maps patterns to values and finds those that match a channel name. The cost of a search grows with the
/// segments of the name, not with the number of patterns (the topic tree of MQTT brokers, the sublist of NATS).
///
/// ```
/// a/*  a/b/**  a/b      root ── a ──┬── *            exact: a/*
///                                   └── b            exact: a/b, below: a/b/**
/// ```
/// Not safe for use by several threads.
public final class PatternTrie<V> {
    private final Node<V> root = new Node<>("");

    /// A prefix of patterns, in whole segments. Most nodes have one child, so the map is created with the second.
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

        /// The child for the segment of `name` between two indexes.
        @Nullable
        Node<V> child(String name, int from, int to) {
            if (children != null) return children.get(name.substring(from, to));
            Node<V> only = child;
            boolean isMatch = only != null && only.segment.length() == to - from && name.startsWith(only.segment, from);
            return isMatch ? only : null;
        }

        @Nullable
        Node<V> child(String segmentOrStar) {
            return segmentOrStar.equals("*") ? star : child(segmentOrStar, 0, segmentOrStar.length());
        }

        Node<V> childOrNew(String segmentOrStar) {
            Node<V> known = child(segmentOrStar);
            if (known != null) return known;
            Node<V> added = new Node<>(segmentOrStar);
            if (segmentOrStar.equals("*")) {
                star = added;
            } else if (children != null) {
                children.put(segmentOrStar, added);
            } else if (child == null) {
                child = added;
            } else {
                children = new HashMap<>(Map.of(child.segment, child, segmentOrStar, added));
                child = null;
            }
            return added;
        }

        void remove(Node<V> removed) {
            if (star == removed) {
                star = null;
            } else if (child == removed) {
                child = null;
            } else if (children != null && children.remove(removed.segment, removed) && children.isEmpty()) {
                children = null;
            }
        }

        boolean isEmpty() {
            return exact == null && below == null && star == null && child == null && children == null;
        }
    }

    /// An empty trie.
    public PatternTrie() {}

    /// The value of a pattern, created if absent.
    public V computeIfAbsent(Pattern pattern, Supplier<V> factory) {
        Node<V> node = root;
        for (String segment : pattern.segments()) {
            if (segment.equals("**")) {
                if (node.below == null) node.below = factory.get();
                return node.below;
            }
            node = node.childOrNew(segment);
        }
        if (node.exact == null) node.exact = factory.get();
        return node.exact;
    }

    /// The value of exactly this pattern; null if it has none.
    public @Nullable V get(Pattern pattern) {
        Node<V> node = root;
        for (String segment : pattern.segments()) {
            if (segment.equals("**")) return node.below;
            node = node.child(segment);
            if (node == null) return null;
        }
        return node.exact;
    }

    /// Removes the value of a pattern, if it has one.
    public void remove(Pattern pattern) {
        List<Node<V>> path = new ArrayList<>(pattern.segments().size() + 1);
        path.add(root);
        for (String segment : pattern.segments()) {
            Node<V> last = path.getLast();
            if (segment.equals("**")) break;
            Node<V> next = last.child(segment);
            if (next == null) return;
            path.add(next);
        }
        boolean isBelow = path.size() <= pattern.segments().size();
        if (isBelow) path.getLast().below = null;
        else path.getLast().exact = null;
        for (int i = path.size() - 1; i > 0 && path.get(i).isEmpty(); i--)
            path.get(i - 1).remove(path.get(i));
    }

    public boolean isEmpty() {
        return root.isEmpty();
    }

    public Search<V> search() {
        return new Search<>(this);
    }

    /// Finds the values of all patterns that match a name, one node per step. A search can pause between steps,
    /// because thousands of patterns like `a/*/b` and `*/a/b` make it long. One object serves one name after the
    /// other and allocates only at nodes with several children. The trie may change between steps: values added
    /// or removed during a search may or may not be found.
    public static final class Search<V> {
        /// Each step removes one node and adds at most two, one segment deeper.
        private static final int PENDING_MAX = ChannelName.BYTES_MAX / 2 + 2;

        private final PatternTrie<V> trie;
        private final List<Node<V>> pending = new ArrayList<>();
        private final int[] offsets = new int[PENDING_MAX];
        private String name = "";
        private int lastReserved;

        private Search(PatternTrie<V> trie) {
            this.trie = trie;
        }

        /// Begins a search and abandons an unfinished one.
        public void begin(ChannelName channel) {
            name = channel.value();
            lastReserved = name.lastIndexOf("/$") + 1;
            if (lastReserved == 0 && name.charAt(0) != '$') lastReserved = -1;
            pending.clear();
            add(trie.root, 0);
        }

        public boolean isDone() {
            return pending.isEmpty();
        }

        /// Visits the next node.
        ///
        /// @param found receives the values of matching patterns that end at this node: at most two
        public void step(Consumer<? super V> found) {
            Node<V> node = pending.removeLast();
            int from = offsets[pending.size()];
            if (from > name.length()) {
                if (node.exact != null) found.accept(node.exact);
                return;
            }
            if (node.below != null && from > lastReserved) found.accept(node.below);
            int slash = name.indexOf('/', from);
            int to = slash < 0 ? name.length() : slash;
            if (node.star != null && name.charAt(from) != '$') add(node.star, to + 1);
            Node<V> next = node.child(name, from, to);
            if (next != null) add(next, to + 1);
        }

        private void add(Node<V> node, int offset) {
            offsets[pending.size()] = offset;
            pending.add(node);
        }
    }
}
