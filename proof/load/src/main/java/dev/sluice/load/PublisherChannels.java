package dev.sluice.load;

/// Assigns publishers to channels. A lane is one pair of publisher and channel; its
/// events are numbered and must arrive in order. With more channels than publishers
/// each publisher has several lanes, with fewer channels each channel has.
record PublisherChannels(int publishers, int channels) {
    int count() {
        return Math.max(publishers, channels);
    }

    int channel(int lane) {
        return lane % channels;
    }

    /// The maximum number of lanes of a channel.
    int perChannel() {
        return Math.ceilDiv(count(), channels);
    }

    /// The index of a lane among those of its channel.
    int indexInChannel(int lane) {
        return lane / channels;
    }

    /// The lane of a publisher's n-th event; a publisher uses its lanes in turn.
    int lane(int publisher, long n) {
        return (int) (publisher + n % lanesOf(publisher) * publishers);
    }

    private int lanesOf(int publisher) {
        return Math.ceilDiv(count() - publisher, publishers);
    }
}
