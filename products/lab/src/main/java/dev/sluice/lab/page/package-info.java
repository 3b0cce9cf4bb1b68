/// The page at `/lab/`, whose clients run in the visitor's browser. Start with
/// [dev.sluice.lab.page.LabPages].
///
/// A chart is a quantity in `steps.js` and its options in `charts.js`; a demonstration is a function in
/// `demos.js`, with a fault that it causes in [LabSessions]; the texts are in `words.json`.
@NullMarked
package dev.sluice.lab.page;

import org.jspecify.annotations.NullMarked;
