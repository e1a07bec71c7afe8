/**
 * The form of answers, defined in one place: a view is a record that Jackson serializes, and its
 * schema in the API document is derived from the record.
 */
@NullMarked
package io.slipway.http.schema;

import org.jspecify.annotations.NullMarked;
