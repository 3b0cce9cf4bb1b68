/// The kinds of checks: siblings behind [Check], which do not know each other. Start with [Check] and
/// [Outcome].
///
/// [WebClient] sends the requests of checks. The reasons for which checks fail are phrases in `phrases.json`,
/// in both languages, used as `Phrase.of(code, values…)`.
@NullMarked
package dev.sluice.sense.check;

import org.jspecify.annotations.NullMarked;
