package dev.sluice.core.delivery;

/// The readers of one channel or pattern on one event loop.
final class ReaderSet extends Slots.Slotted {
    final Slots<Member> members = new Slots<>();

    /// The fan-out that came by here last, so that it comes by once.
    int fanOut;

    /// A reader's place in one set. A reader of one channel is its own, as most are; one of several has a [Place] in
    /// each.
    abstract static sealed class Member extends Slots.Slotted permits Reader, Place {
        abstract Reader reader();
    }

    static final class Place extends Member {
        private final Reader reader;

        Place(Reader reader) {
            this.reader = reader;
        }

        @Override
        Reader reader() {
            return reader;
        }
    }
}
