package dev.sluice.load;

/// Who publishes where. A lane is one publisher's way to one channel; its events are numbered, and come in order.
/// With more channels than publishers each publisher has several lanes, with fewer each channel has.
record Lanes(int publishers, int channels) {
    int count() {
        return Math.max(publishers, channels);
    }

    int channel(int lane) {
        return lane % channels;
    }

    int publisher(int lane) {
        return lane % publishers;
    }

    /// The most lanes that a channel has.
    int perChannel() {
        return Math.ceilDiv(count(), channels);
    }

    /// The place of a lane among those of its channel.
    int indexInChannel(int lane) {
        return lane / channels;
    }

    /// The lane of the n-th event of a publisher, who takes turns among its own.
    int lane(int publisher, long n) {
        return (int) (publisher + n % lanesOf(publisher) * publishers);
    }

    private int lanesOf(int publisher) {
        return Math.ceilDiv(count() - publisher, publishers);
    }
}
