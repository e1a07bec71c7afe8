/** The texts of a page that most people never open. */
export default import.meta.glob<object>('./*/tryit.json', { eager: true, import: 'default' })
