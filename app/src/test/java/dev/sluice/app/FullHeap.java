package dev.sluice.app;

/// Fills its heap.
final class FullHeap {
    private FullHeap() {}

    static void main() {
        var all = new byte[1_000][];
        for (int i = 0; i < all.length; i++) all[i] = new byte[1 << 20];
        System.out.println("there was room for " + all.length);
    }
}
