// How Embind makes a JavaScript function of a bound one: when it is first asked for, because a page
// calls a few of hundreds. Numbers cross as they are (see wire.h), so that function is the WebAssembly
// one itself: no converters in between, no arrays of arguments. An address may come out negative;
// whoever reads there says >>> 0. The few functions that take or give strings are converted, as Embind
// would.

// The types for TypeScript are written by Embind as it is.
if (!EMBIND_GEN_MODE) {
  // No bound function has these types; their converters would be an eighth of the script.
  const unused = ['bigint', 'emval', 'memory_view', 'std_wstring'];
  addToLibrary(Object.fromEntries(unused.map((type) => [`_embind_register_${type}`, (_a, _b, _c, _d, _e) => {}])));
  addToLibrary({
    _embind_register_function__deps: [
      '$AsciiToString', '$embind__requireFunction', '$getFunctionName', '$getWasmTableEntry',
      '$heap32VectorToArray', '$requireRegisteredType', '$runDestructors',
    ],
    _embind_register_function: (signatureOfCall, count, types, signature, invoker, target, _async, _nonnull) => {
      const name = getFunctionName(AsciiToString(signatureOfCall));
      const made = () => {
        const isNumber = ({ name }) => ['int', 'unsigned int', 'double', 'void'].includes(name);
        const [result, ...parameters] = heap32VectorToArray(count, types).map((type) =>
          requireRegisteredType(type, name),
        );
        // WebAssembly takes true for 1, but does not give it.
        if (isNumber(result) && parameters.every((type) => isNumber(type) || type.name === 'bool')) {
          return getWasmTableEntry(target);
        }
        const invoke = embind__requireFunction(signature, invoker);
        return (...args) => {
          const destructors = [];
          try {
            const wired = parameters.map((type, i) => type.toWireType(destructors, args[i]));
            const value = invoke(target, ...wired);
            return result.isVoid ? undefined : result.fromWireType(value);
          } finally {
            runDestructors(destructors);
          }
        };
      };
      Object.defineProperty(Module, name, {
        configurable: true,
        get() {
          const value = made();
          Object.defineProperty(Module, name, { value });
          return value;
        },
      });
    },
  });
}
