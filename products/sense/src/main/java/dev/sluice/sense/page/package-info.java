/// The pages of Sense, in the frame of the hub's pages. Their scripts use the JSON API and the channels, like
/// any other client.
///
/// The forms of checks and notifiers are described in `fields.js`, and their texts are in `words.json`.
@NullMarked
package dev.sluice.sense.page;

import org.jspecify.annotations.NullMarked;
