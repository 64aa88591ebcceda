# The link of the wasm module that web/ loads.
function(torch_wasm_module target)
  target_link_options(${target} PRIVATE -lembind -sMODULARIZE=0 -sWASM_ASYNC_COMPILATION=0
    -sALLOW_MEMORY_GROWTH=1 -sMAXIMUM_MEMORY=4GB -sINITIAL_MEMORY=32MB -sSTACK_SIZE=1MB
    -sDYNAMIC_EXECUTION=0 -sEMBIND_AOT=1 -sENVIRONMENT=web,worker,node
    -sEXPORTED_RUNTIME_METHODS=getExceptionMessage,decrementExceptionRefcount)
endfunction()
