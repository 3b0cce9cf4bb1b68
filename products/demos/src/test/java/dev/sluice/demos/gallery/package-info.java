/// Tests of the gallery, in a browser and over HTTP.
@NullMarked
package dev.sluice.demos.gallery;

import org.jspecify.annotations.NullMarked;
