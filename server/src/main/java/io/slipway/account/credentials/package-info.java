/** What people and programs identify themselves with: names, passwords, tokens and cookies. */
@NullMarked
package io.slipway.account.credentials;

import org.jspecify.annotations.NullMarked;
