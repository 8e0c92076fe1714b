/** An id, as PostgreSQL writes it. Upper case would be the same id to the database and another one
 *  to whoever compares texts. */
export const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

/** Before every id there is. */
export const firstId = '00000000-0000-0000-0000-000000000000'
