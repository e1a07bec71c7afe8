/**
 * What answers look like, said once: a view is a record that Jackson writes, and its schema in the
 * document of the API is read off the record.
 */
@NullMarked
package io.slipway.http.schema;

import org.jspecify.annotations.NullMarked;
