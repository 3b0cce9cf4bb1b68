package dev.sluice.relay;

/// Why an answer is not complete.
///
/// @param reason  a word for programs
/// @param message a sentence for people
record Failure(String reason, String message) {
    static final Failure BROKEN = new Failure("broken", "The provider's stream broke off.");
    static final Failure INVALID = new Failure("invalid", "The provider sent an event that is not JSON.");
    static final Failure TOO_LARGE =
            new Failure("too-large", "An event of the provider is larger than the hub stores, or has an invalid type.");
    static final Failure SILENT = new Failure("silent", "The provider has been silent for too long.");
    static final Failure BUSY =
            new Failure("hub-busy", "The requests and answers in progress take as much memory as they may.");
    static final Failure UNAVAILABLE = new Failure("hub-unavailable", "The hub could not store the answer.");
    static final Failure STOPPING = new Failure("hub-stopped", "The hub stops.");

    /// Returns the failure that the provider itself has reported.
    static Failure ofProvider(String message) {
        return new Failure("provider-error", message);
    }
}
