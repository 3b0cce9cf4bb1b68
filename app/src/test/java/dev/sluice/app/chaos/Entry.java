package dev.sluice.app.chaos;

/// An event in a channel.
record Entry(String id, String value) {}
