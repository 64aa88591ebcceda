// How Embind makes a JavaScript function of a bound one. Numbers cross as they are (see wire.h), so
// that function is the WebAssembly one itself: no converters in between, no arrays of arguments. An
// address may come out negative; whoever reads there says >>> 0. The few functions that take or give
// strings are converted, as Embind would.

addToLibrary({
  $craftInvokerFunction__deps: ['$getWasmTableEntry', '$runDestructors'],
  $craftInvokerFunction: (_name, [result, , ...parameters], _class, invoker, target) => {
    const isNumber = ({ name }) => ['int', 'unsigned int', 'double', 'void'].includes(name);
    // WebAssembly takes true for 1, but does not give it.
    if (isNumber(result) && parameters.every((type) => isNumber(type) || type.name === 'bool')) {
      return getWasmTableEntry(target);
    }
    return (...args) => {
      const destructors = [];
      try {
        const wired = parameters.map((type, i) => type.toWireType(destructors, args[i]));
        const value = invoker(target, ...wired);
        return result.isVoid ? undefined : result.fromWireType(value);
      } finally {
        runDestructors(destructors);
      }
    };
  },
});
