/**
 * The wire types of the contract: records whose components are the fields, each with its description and unit, made from
 * a feature's answer by a static {@code of}. A component that is null is left out of the answer unless the record says
 * otherwise. No logic beyond naming and leaving out.
 */
package dev.fathom.http.model;
