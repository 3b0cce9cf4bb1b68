package dev.sluice.spring;

import org.jspecify.annotations.Nullable;

/// An event to publish, converted already. [SluiceTemplate] makes it.
///
/// @param contentType    `text/plain`, `application/json`, or a type that is treated as binary
/// @param bytes          text and JSON in UTF-8; must not be changed
/// @param type           the kind of event; null for `message`
/// @param key            identifies the thing the event is about; null for none
/// @param idempotencyKey publishing again with the same key within five minutes has no effect; null for none
/// @param removesKey     true if the event removes its key and has no data
@SuppressWarnings("ArrayRecordComponent") // Passed on, never compared.
public record SluicePublication(
        String channel,
        String contentType,
        byte[] bytes,
        @Nullable String type,
        @Nullable String key,
        @Nullable String idempotencyKey,
        boolean removesKey) {}
